import { describe, expect, it } from 'vitest'
import { complaint, judgment, can, sample } from '@/shared/case/sample'
import type { Case } from '../queries'
import { enabled, footOf, mayAppeal, others } from './actions'
import { journeyOf } from './journey'
import { hoursOf, slotsFrom } from './slots'

const money = (minor: number) => ({ minor, currency: 'CNY' })

describe('what can be done', () => {
  const foot = (part: Partial<Case>) => footOf(sample(part)).map(({ name, say }) => (say ? `${name}:${say}` : name))
  const offer = { amount: money(6000), quote: sample().quote }

  it('answers an offer with no or yes, yes at the right', () => {
    expect(foot({ stage: 'offer', offer, actions: can('answer_offer', 'withdraw') })).toEqual([
      'answer_offer:no',
      'answer_offer:yes',
    ])
  })
  it('leaves out what the stage allows and the case has no object for', () => {
    expect(foot({ stage: 'offer', actions: can('answer_offer') })).toEqual([])
    const one = sample({
      kind: 'complaint',
      complaint: complaint(),
      actions: can('answer_settlement', 'agree_suspend', 'resume'),
    })
    expect(one.actions.filter((action) => enabled(one, action.name as 'resume'))).toEqual([])
  })
  it('books a courier before it takes a number, and only the number once a courier is ordered', () => {
    const send = { stage: 'send_back', actions: can('send_back', 'request_pickup') }
    expect(foot(send)).toEqual(['send_back', 'request_pickup'])
    expect(foot({ ...send, pickup: 'ordering' })).toEqual(['send_back'])
  })
  it('corrects a number only while it is doubted', () => {
    const parcel = {
      carrier: 'sf',
      number: 'SF1',
      state: 'none',
      suspect: false,
      stalled: false,
      too_light: false,
      expected_grams: 600,
      claimed: false,
    }
    expect(foot({ stage: 'in_transit', parcel, actions: can('send_back') })).toEqual([])
    expect(foot({ stage: 'in_transit', parcel: { ...parcel, suspect: true }, actions: can('send_back') })).toEqual([
      'send_back',
    ])
    expect(
      foot({
        stage: 'in_transit',
        parcel: { ...parcel, suspect: true, last_scan: '2026-11-22T10:00:00Z' },
        actions: can('send_back'),
      }),
    ).toEqual([])
  })
  it('offers to change a refused request, until that was done too often', () => {
    const refused = { stage: 'refused', actions: can('edit', 'escalate', 'accept_refusal', 'withdraw') }
    expect(foot(refused)).toEqual(['escalate', 'edit'])
    expect(foot({ ...refused, edits_left: 0 })).toEqual(['escalate'])
  })
  it('appeals only against what went against oneself, once', () => {
    const judged = (minor: number, appeals: object[] = []) =>
      sample({
        kind: 'complaint',
        stage: 'appeal_window',
        complaint: complaint({ judgment: judgment(minor), appeals: appeals as never }),
      })
    expect(mayAppeal(judged(12000))).toBe(true)
    expect(mayAppeal(judged(0))).toBe(true)
    expect(mayAppeal(judged(19900))).toBe(false)
    expect(mayAppeal(judged(0, [{ by: 'customer', evidence: [], at: '' }]))).toBe(false)
    expect(mayAppeal(judged(0, [{ by: 'merchant', evidence: [], at: '' }]))).toBe(true)
    expect(mayAppeal(sample())).toBe(false)
  })
  it('answers a settlement of the shop, not its own and not one that was accepted', () => {
    const settle = (by: string, accepted = false) => ({
      kind: 'complaint',
      stage: 'settle',
      complaint: complaint({ settlement: { by, amount: money(6000), goods_back: false, at: '', accepted } }),
      actions: can('answer_settlement', 'propose_settlement', 'add_evidence'),
    })
    expect(foot(settle('merchant'))).toEqual(['answer_settlement:no', 'answer_settlement:yes'])
    expect(foot(settle('customer'))).toEqual(['propose_settlement', 'add_evidence'])
    expect(foot(settle('merchant', true))).toEqual(['add_evidence'])
  })
  it('lists the rest, what is possible first, and says what is not', () => {
    const one = sample({
      actions: [
        { name: 'withdraw', enabled: false, label: 'w', why: 'goods_on_the_way', why_text: 'on the way' },
        { name: 'choose', enabled: false, label: 'c', why: 'not_possible_now' },
        ...can('add_evidence', 'rate'),
        { name: 'inspect', enabled: true, label: 'of the shop' },
      ],
    })
    expect(others(one).map(({ name }) => name)).toEqual(['add_evidence', 'withdraw'])
  })
  it('is nothing once the case has ended', () => {
    expect(foot({ open: false, stage: 'ended', actions: can('edit', 'escalate') })).toEqual([])
  })
})

describe('the journey', () => {
  it('stands where the case stands', () => {
    expect(journeyOf(sample())).toEqual({
      steps: ['asked', 'answered', 'sent', 'checked', 'refunded'],
      at: 1,
      broken: false,
    })
    expect(journeyOf(sample({ stage: 'inspection' })).at).toBe(3)
  })
  it('stands still while another case decides', () => {
    const child = { case_id: 'c2', kind: 'complaint', cause: 'weight', stage: 'inspection' }
    expect(journeyOf(sample({ stage: 'dispute', child })).at).toBe(3)
  })
  it('goes another way when an exchange becomes a refund', () => {
    const exchange = { lines: [], difference: money(0), reserved: false, shipped: false, replaced: [] }
    expect(journeyOf(sample({ kind: 'exchange', exchange })).steps.at(-1)).toBe('arrived')
    expect(journeyOf(sample({ kind: 'exchange', exchange: { ...exchange, to_refund: 'no_stock' } })).steps.at(-1)).toBe(
      'refunded',
    )
  })
  it('is whole when the case came to its end, broken when it did not', () => {
    expect(journeyOf(sample({ open: false, stage: 'ended', outcome: 'refunded' }))).toMatchObject({
      at: 5,
      broken: false,
    })
    const early = { open: false, stage: 'ended', outcome: 'withdrawn' }
    expect(journeyOf(sample(early))).toEqual({ steps: ['asked'], at: 1, broken: true })
    const answer = { decision: 'agree', by_time: true, keep_goods: false, evidence: [] } as const
    expect(
      journeyOf(sample({ ...early, outcome: 'not_sent_back', merchant_answer: { ...answer, evidence: [] } })).steps,
    ).toEqual(['asked', 'answered'])
  })
})

describe('times for a courier', () => {
  it('begin an hour from now and last three days', () => {
    const days = slotsFrom(new Date(2026, 10, 22, 10, 30).getTime())
    expect(days.map((day) => day.length)).toEqual([3, 5, 5])
    expect(days[0]?.[0] && hoursOf(days[0][0])).toBe('13:00–15:00')
  })
  it('are none in the evening of the first day', () => {
    expect(slotsFrom(new Date(2026, 10, 22, 20).getTime())[0]).toEqual([])
  })
})
