import { describe, expect, it } from 'vitest'
import { Problem } from '@/shared/api'
import type { Order, OrderLine } from '../orders/queries'
import { blank, type Draft } from './draft'
import { grouped, lacks, possible, type Reason, stepAt, stepOfProblem, stepsOf, whyNot } from './steps'

const line = (id: string, part: Partial<OrderLine> = {}): OrderLine => ({
  id,
  product_id: 'p',
  variant_id: 'v',
  title: id,
  category: 'shoes',
  quantity: 2,
  available: 2,
  gift: false,
  unit_price: { minor: 100, currency: 'CNY' },
  paid: { minor: 200, currency: 'CNY' },
  ...part,
})
const order = (...lines: OrderLine[]): Order => ({
  id: 'T1',
  merchant_id: 's',
  customer_id: 'c',
  paid_at: '2026-03-01T00:00:00Z',
  insured: false,
  lines,
  paid: { minor: 400, currency: 'CNY' },
  freight: { minor: 0, currency: 'CNY' },
  discount: { minor: 0, currency: 'CNY' },
})
const reason = (code: string, part: Partial<Reason> = {}): Reason => ({
  code,
  label: code,
  phases: [],
  evidence: false,
  needs: [],
  describe: false,
  no_reason: false,
  enabled: true,
  ...part,
})
const draft = (kind: Draft['kind'], part: Partial<Draft> = {}): Draft => ({ ...blank(kind, 'T1', 0), ...part })
const two = { order: order(line('a'), line('b')), reasons: [reason('x'), reason('y')] }

describe('the steps', () => {
  it('are those of the kind', () => {
    expect(stepsOf(draft('return'), two)).toEqual(['items', 'reason', 'details', 'summary'])
    expect(stepsOf(draft('exchange'), two)).toEqual(['items', 'variant', 'reason', 'details', 'summary'])
    expect(stepsOf(draft('refund_only'), two)).toEqual(['items', 'reason', 'details', 'amount', 'summary'])
    expect(stepsOf(draft('complaint', { subject: 'goods' }), two)).toEqual([
      'about',
      'items',
      'reason',
      'details',
      'amount',
      'summary',
    ])
  })
  it('ask nothing that can be answered in one way only', () => {
    const one = {
      order: order(line('a', { quantity: 1, available: 1 }), line('b', { available: 0 })),
      reasons: [reason('price_drop'), reason('z', { enabled: false })],
    }
    expect(stepsOf(draft('price_protection'), one)).toEqual(['summary'])
    expect(stepsOf(draft('complaint', { subject: 'service' }), two)).toEqual(['about', 'reason', 'details', 'summary'])
  })
})

describe('what is possible', () => {
  const held = line('a', {
    available: 0,
    asks: [
      { kind: 'return', label: '', enabled: false, why: 'units_in_open_case', why_text: 'held', no_reason: false },
    ],
  })
  it('is what no open case holds and nothing stands in the way of', () => {
    expect(possible(order(held, line('b')), 'return').map((one) => one.id)).toEqual(['b'])
    expect(whyNot(held, 'return')).toBe('held')
    expect(possible(order(held), 'complaint').map((one) => one.id)).toEqual(['a'])
  })
})

describe('what is lacking', () => {
  it('is said for each step, and may be promised for later', () => {
    const given = { ...two, reasons: [reason('quality', { needs: ['picture'] }), reason('other', { describe: true })] }
    expect(lacks('items', draft('return'), given)).toBe('items')
    expect(lacks('variant', draft('exchange', { lines: { a: 1, b: 1 }, variants: { a: 'v' } }), given)).toBe('variant')
    expect(lacks('reason', draft('return', { reason: 'gone' }), given)).toBe('reason')
    expect(lacks('details', draft('return', { reason: 'quality' }), given)).toBe('evidence')
    expect(lacks('details', draft('return', { reason: 'quality', later: true }), given)).toBeNull()
    expect(lacks('details', draft('return', { reason: 'other', words: '  ' }), given)).toBe('words')
    expect(lacks('details', draft('return', { reason: 'other', words: 'a' }), given)).toBeNull()
  })
  it('holds one back at the first step that lacks something', () => {
    const steps = stepsOf(draft('return'), two)
    expect(stepAt('summary', steps, draft('return'), two)).toBe('items')
    expect(stepAt('summary', steps, draft('return', { lines: { a: 1 } }), two)).toBe('reason')
    expect(stepAt('summary', steps, draft('return', { lines: { a: 1 }, reason: 'x' }), two)).toBe('summary')
    expect(stepAt('items', steps, draft('return', { lines: { a: 1 }, reason: 'x' }), two)).toBe('items')
    expect(stepAt('nonsense', steps, draft('return'), two)).toBe('items')
  })
})

it('finds the step where a refusal can be put right', () => {
  const of = (code: string) => stepOfProblem(new Problem({ code, status: 422, detail: '' }))
  expect(of('units_in_open_case')).toBe('items')
  expect(of('variant_out_of_stock')).toBe('variant')
  expect(of('window_over')).toBe('reason')
  expect(of('evidence_unknown')).toBe('details')
  expect(of('amount_invalid')).toBe('amount')
  expect(of('leaving')).toBeNull()
  expect(stepOfProblem(new Error('x'))).toBeNull()
})

it('puts reasons under their headings', () => {
  const groups = grouped([reason('a', { group: 'A' }), reason('b', { group: 'B' }), reason('c', { group: 'A' })])
  expect(groups.map((one) => [one.head, one.reasons.map((r) => r.code)])).toEqual([
    ['A', ['a', 'c']],
    ['B', ['b']],
  ])
})
