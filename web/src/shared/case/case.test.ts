import { describe, expect, it } from 'vitest'
import type { Schemas } from '@/shared/api'
import { changes, factsOf } from './change'
import { deadlineOf } from './deadline'
import { rowsOf } from './formula'
import { sample } from './sample'
import { requestWords, saidBy, saidEarlier } from './texts'
import { type Entry, folded, isSmall, lastSeq, merged, scansOf, shownOf, toneOf } from './timeline'

type Case = Schemas['Case']

const at = (time: string) => Date.parse(time)
const money = (minor: number) => ({ minor, currency: 'CNY' })
const entry = (seq: number, event: string, data?: Record<string, unknown>, by = 'platform'): Entry => ({
  seq,
  event,
  by,
  at: '2026-11-22T10:00:00Z',
  text: event,
  ...(data ? { data } : {}),
})

describe('a deadline', () => {
  it('counts down to when it is due', () => {
    expect(deadlineOf(sample(), at('2026-11-23T10:00:00Z'))).toMatchObject({
      left: 86400_000,
      share: 0.5,
      soon: false,
      passed: false,
    })
  })
  it('is soon in its last hour, or in the last fifth of a short one', () => {
    expect(deadlineOf(sample(), at('2026-11-24T09:00:01Z'))?.soon).toBe(true)
    const short = sample({ due_at: '2026-11-22T10:00:10Z' })
    expect(deadlineOf(short, at('2026-11-22T10:00:07Z'))?.soon).toBe(false)
    expect(deadlineOf(short, at('2026-11-22T10:00:09Z'))?.soon).toBe(true)
  })
  it('is over at zero, not a moment before, and never below', () => {
    expect(deadlineOf(sample(), at('2026-11-24T09:59:59.999Z'))?.passed).toBe(false)
    expect(deadlineOf(sample(), at('2026-11-24T10:00:00Z'))).toMatchObject({ passed: true, left: 0, share: 0 })
    expect(deadlineOf(sample(), at('2026-11-25T10:00:00Z'))?.left).toBe(0)
  })
  it('does not run when time stands still, nobody is waited for, or all is over', () => {
    const wait = sample().wait
    const none = sample({ open: false })
    const free = sample()
    delete free.due_at
    expect(deadlineOf(sample({ wait: { ...wait, paused: true } as Case['wait'] & object }), 0)).toBeNull()
    expect(deadlineOf(none, 0)).toBeNull()
    expect(deadlineOf(free, 0)).toBeNull()
  })
})

describe('what changed meanwhile', () => {
  it('is nothing in particular when nothing that is compared is different', () => {
    expect(changes(sample(), sample({ revision: 4 }))).toEqual([{ what: 'other' }])
  })
  it('tells the stage, the amounts and the shop’s answer', () => {
    const now = sample({
      stage: 'offer',
      words: { kind: '', stage: '待回应' },
      offer: { amount: money(6000), quote: sample().quote },
      merchant_answer: { decision: 'offer', by_time: false, keep_goods: false, evidence: [] },
      due_at: '2026-11-26T10:00:00Z',
    })
    expect(changes(sample(), now)).toEqual([
      { what: 'stage', before: '待商家答复', now: '待回应' },
      { what: 'offer', before: null, now: 6000 },
      { what: 'answer', now: 'offer' },
    ])
  })
  it('tells another amount of an offer that stands, and a deadline that was moved', () => {
    const before = sample({ stage: 'offer', offer: { amount: money(6000), quote: sample().quote } })
    const now = { ...before, offer: { amount: money(8000), quote: sample().quote }, due_at: '2026-11-26T10:00:00Z' }
    expect(changes(before, now)).toEqual([
      { what: 'offer', before: 6000, now: 8000 },
      { what: 'due', before: '2026-11-24T10:00:00Z', now: '2026-11-26T10:00:00Z' },
    ])
  })
  it('tells the end rather than the stage', () => {
    const now = sample({ open: false, stage: 'ended', words: { kind: '', stage: '已结束', outcome: '已退款' } })
    expect(changes(sample(), now)).toEqual([{ what: 'outcome', now: '已退款' }])
  })
})

describe('the timeline', () => {
  it('merges pages: each entry once, in order, whatever came twice or late', () => {
    const known = merged([], [entry(1, 'opened'), entry(2, 'asked')])
    const more = merged(known, [entry(4, 'refunded'), entry(2, 'asked'), entry(3, 'answered')])
    expect(more.map(({ seq }) => seq)).toEqual([1, 2, 3, 4])
    expect([lastSeq([]), lastSeq(known), lastSeq(more)]).toEqual([0, 2, 4])
  })
  it('shows what was said, shown, paid and sent', () => {
    const one = entry(1, 'merchant_offered', {
      text: 't1',
      amount: 6000,
      evidence: ['e1', 7],
      number: 'SF1',
      carrier: 'sf',
      due_at: 'd',
    })
    expect(shownOf(one, { t1: '好' })).toEqual({
      words: '好',
      amount: 6000,
      evidence: ['e1'],
      parcel: { number: 'SF1', carrier: 'sf' },
      due: 'd',
    })
  })
  it('shows nothing of words that the reader may not see, nor an amount of nothing', () => {
    expect(shownOf(entry(1, 'merchant_agreed', { text: 't9', amount: 0 }), {})).toEqual({ evidence: [] })
  })
  it('finds the scans of one parcel, the newest first', () => {
    const all = [
      entry(1, 'sent_back', { number: 'SF1' }),
      entry(2, 'parcel_picked', { number: 'SF1' }),
      entry(3, 'parcel_moved', { number: 'SF2' }),
      entry(4, 'parcel_delivered', { number: 'SF1' }),
      entry(5, 'refunded'),
    ]
    expect(scansOf(all, 'SF1').map(({ seq }) => seq)).toEqual([4, 2, 1])
  })
  it.each([
    ['merchant_refused', 'bad'],
    ['merchant_agreed', 'good'],
    ['offer_accepted', 'good'],
    ['offer_declined', 'bad'],
    ['judged', 'review'],
    ['asked', 'act'],
    ['opened', 'quiet'],
  ])('gives %s the tone %s', (event, tone) => {
    expect(toneOf(entry(1, event))).toBe(tone)
  })
  it('keeps the small steps of the program apart', () => {
    expect([isSmall(entry(1, 'refunding')), isSmall(entry(1, 'refunded'))]).toEqual([true, false])
  })
  it('takes for the request what nothing else refers to', () => {
    const one = sample({
      texts: { a1: '开胶了', a2: '是穿坏的', a3: '补充' },
      merchant_answer: { decision: 'refuse', by_time: false, keep_goods: false, evidence: [], text_id: 'a2' },
    })
    expect(requestWords(one, [entry(3, 'edited', { text: 'a3' })])).toEqual(['开胶了'])
  })
})

describe('a formula', () => {
  const quote = (total: number, ...steps: number[]) => ({
    total: money(total),
    freight: money(0),
    lines: [],
    formula: steps.map((minor, n) => ({
      label: 'l',
      line_id: `o1-${n}`,
      amount: money(minor),
      rule: 'r',
      text: `实付（o1-${n}）`,
    })),
  })
  it('names the goods instead of their numbers', () => {
    const { rows, rest } = rowsOf(quote(14000, 19900, -5900), new Map([['o1-0', '跑步鞋']]))
    expect(rows.map(({ text, minor }) => [text, minor])).toEqual([
      ['实付（跑步鞋）', 19900],
      ['实付（o1-1）', -5900],
    ])
    expect(rest).toBe(0)
  })
  it('does not hide what is left between its steps and its total', () => {
    expect(rowsOf(quote(10000, 9000), new Map()).rest).toBe(1000)
  })
})

describe('the facts of a decision', () => {
  it('are told once each, and not what was settled already', () => {
    const settlement = { n: 1, by: 'merchant', amount: money(500), goods_back: false, at: '', accepted: true }
    const one = sample({ complaint: { settlement } as unknown as NonNullable<Case['complaint']> })
    expect(factsOf(one).map(({ what }) => what)).toEqual(['stage', 'amount', 'due'])
  })
  it('name the end where there is one', () => {
    const one = sample({ open: false, words: { kind: '', stage: '已结束', outcome: '已退款' } })
    expect(factsOf(one)[0]).toEqual({ what: 'outcome', words: '已退款' })
  })
})

describe('lines of the timeline', () => {
  it('are one for the same with nothing to it: the latest', () => {
    const lines = folded([entry(1, 'review_opened'), entry(2, 'review_escalated'), entry(3, 'review_escalated')])
    expect(lines.map(({ seq, times }) => [seq, times])).toEqual([
      [1, 1],
      [3, 2],
    ])
  })
  it('stay apart where something was said, paid or shown', () => {
    expect(folded([entry(1, 'offered', { amount: 5 }), entry(2, 'offered', { amount: 6 })])).toHaveLength(2)
    expect(folded([entry(1, 'answered', { text: 'a' }), entry(2, 'answered', { text: 'b' })])).toHaveLength(2)
  })
})

describe('what a side said', () => {
  const one = sample({
    texts: { open: 'It broke.', no: 'Not our fault.', secret: 'Between us.' },
    approval: { text_id: 'secret' } as NonNullable<Case['approval']>,
  })
  const entries = [entry(1, 'opened', {}, 'customer'), entry(2, 'merchant_refused', { text: 'no' }, 'merchant')]
  it('is its own words, and those of the opening for who opened the case', () => {
    expect(saidBy('customer', one, entries)).toEqual(['It broke.'])
    expect(saidBy('merchant', one, entries)).toEqual(['Not our fault.'])
  })
  it('is not what a colleague wrote into a proposal', () => {
    expect([...saidBy('customer', one, entries), ...saidBy('merchant', one, entries)]).not.toContain('Between us.')
  })
  it('is told with what was done, in the case before a complaint', () => {
    const asked = { ...entry(3, 'escalated', { text: 'why' }, 'customer'), text: 'Asked the platform in' }
    const parent = { ...one, texts: { ...one.texts, why: 'They do not listen.' } }
    expect(saidEarlier('customer', parent, [...entries, asked]).map(({ did, words }) => [did, words])).toEqual([
      ['opened', 'It broke.'],
      ['Asked the platform in', 'They do not listen.'],
    ])
    expect(saidEarlier('merchant', parent, entries).map(({ words }) => words)).toEqual(['Not our fault.'])
  })
})
