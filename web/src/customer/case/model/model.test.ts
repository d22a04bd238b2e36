import { describe, expect, it } from 'vitest'
import type { Case } from '../queries'
import { enabled, footOf, mayAppeal, others } from './actions'
import { changes } from './change'
import { deadlineOf } from './deadline'
import { rowsOf } from './formula'
import { journeyOf } from './journey'
import { can, complaint, judgment, sample } from './sample'
import { hoursOf, slotsFrom } from './slots'
import { requestWords } from './texts'
import { type Entry, isSmall, lastSeq, merged, scansOf, shownOf, toneOf } from './timeline'

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
