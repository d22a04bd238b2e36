import { expect, test, vi } from 'vitest'
import type { Schemas } from '@/shared/api'
import { answerOf, emptyAnswer, missingOf } from './answer'
import { begun, bulkRows, runAll, tally, totalOf } from './bulk'
import { faultOf } from './faults'
import { bars, share } from './figures'
import { countOf, inspectionOf, missingThere, tooLight } from './inspection'
import { lackingOf, placeText, tidied } from './place'
import { serialsOf } from './serials'
import { addressOf, doable } from './staff'

test('an answer takes along only what belongs to its decision', () => {
  const filled = {
    ...emptyAnswer,
    address: 'a-2',
    keepGoods: false,
    reason: 'used',
    amount: '12.50',
    askFor: 'evidence' as const,
    words: ' worn ',
  }
  expect(answerOf({ ...filled, decision: 'agree' }, ['e-1'])).toEqual({
    decision: 'agree',
    address_id: 'a-2',
    text: 'worn',
  })
  expect(answerOf({ ...filled, decision: 'agree', keepGoods: true }, [])).toEqual({
    decision: 'agree',
    keep_goods: true,
    text: 'worn',
  })
  expect(answerOf({ ...filled, decision: 'refuse' }, ['e-1'])).toEqual({
    decision: 'refuse',
    reason_code: 'used',
    evidence: ['e-1'],
    text: 'worn',
  })
  expect(answerOf({ ...filled, decision: 'offer' }, ['e-1'])).toEqual({
    decision: 'offer',
    amount: { minor: 1250, currency: 'CNY' },
    text: 'worn',
  })
  expect(answerOf({ ...filled, decision: 'ask', words: '' }, [])).toEqual({ decision: 'ask', ask_for: 'evidence' })
})

test('an answer says what it lacks: a reason and words to refuse, an amount within what is at stake to offer', () => {
  expect(missingOf(emptyAnswer, 100)).toBe('decision')
  expect(missingOf({ ...emptyAnswer, decision: 'agree' }, 100)).toBeUndefined()
  expect(missingOf({ ...emptyAnswer, decision: 'refuse' }, 100)).toBe('reason')
  expect(missingOf({ ...emptyAnswer, decision: 'refuse', reason: 'used', words: '  ' }, 100)).toBe('words')
  expect(missingOf({ ...emptyAnswer, decision: 'offer', amount: '0' }, 100)).toBe('amount')
  expect(missingOf({ ...emptyAnswer, decision: 'offer', amount: '1.01' }, 100)).toBe('tooMuch')
  expect(missingOf({ ...emptyAnswer, decision: 'offer', amount: '1.00' }, 100)).toBeUndefined()
  expect(missingOf({ ...emptyAnswer, decision: 'ask', words: 'x' }, 100)).toBe('askFor')
})

test('all well is told by no difference; a difference is shown; fewer units are some, but not all', () => {
  const draft = { finding: 'as_new' as const, missing: '', grams: '', words: '' }
  expect(missingThere(draft, 0, 2)).toBeUndefined()
  expect(inspectionOf(draft, [], 2)).toEqual({})
  expect(missingThere({ ...draft, finding: 'used' }, 0, 2)).toBe('files')
  expect(inspectionOf({ ...draft, finding: 'used', grams: '８00', words: 'worn' }, ['e-1'], 2)).toEqual({
    difference: 'used',
    grams: 800,
    evidence: ['e-1'],
    text: 'worn',
  })
  expect(missingThere({ ...draft, finding: 'short', missing: '2' }, 1, 2)).toBe('missing')
  expect(missingThere({ ...draft, finding: 'short', missing: '0' }, 1, 2)).toBe('missing')
  expect(inspectionOf({ ...draft, finding: 'short', missing: '1' }, ['e-1'], 2).missing_units).toBe(1)
  expect(missingThere({ ...draft, grams: '1.5' }, 0, 2)).toBe('grams')
  expect(countOf('-1', 10)).toBeNull()
  expect([tooLight(899, 1000), tooLight(900, 1000), tooLight(10, undefined), tooLight(null, 1000)]).toEqual([
    true,
    false,
    false,
    false,
  ])
})

const task = (kind: string, id: string, minor = 100, open = true): Schemas['Task'] =>
  ({
    id: `t-${id}-${kind}`,
    kind,
    case: {
      id,
      open,
      revision: 7,
      order_id: `o-${id}`,
      amount: { minor, currency: 'CNY' },
      words: { kind: 'Return', stage: 's' },
    },
  }) as Schemas['Task']

test('what is done at once takes each open case of the kind once, and no more than a hundred', () => {
  const tasks = [
    task('merchant_answer', 'a', 150),
    task('inspection', 'b'),
    task('merchant_answer', 'a'),
    task('merchant_answer', 'c', 50),
    task('merchant_answer', 'd', 1, false),
  ]
  const rows = bulkRows(tasks, 'agree')
  expect(rows.map(({ id, revision }) => [id, revision])).toEqual([
    ['a', 7],
    ['c', 7],
  ])
  expect(totalOf(rows)).toBe(200)
  expect(bulkRows(tasks, 'confirm').map(({ id }) => id)).toEqual(['b'])
  const many = Array.from({ length: 120 }, (_, n) => task('inspection', `c${n}`))
  expect(bulkRows(many, 'confirm')).toHaveLength(100)
})

test('cases are sent one after the other; one that is refused stops no other, and only those not done are sent again', async () => {
  const rows = bulkRows([task('inspection', 'a'), task('inspection', 'b'), task('inspection', 'c')], 'confirm')
  const told: string[] = []
  let atOnce = 0
  const send = vi.fn(async ({ id }: { id: string }) => {
    atOnce += 1
    expect(atOnce).toBe(1)
    await Promise.resolve()
    atOnce -= 1
    if (id === 'b' && send.mock.calls.length < 4) throw new Error('moved on')
  })
  const first = await runAll(
    rows,
    begun(rows),
    send,
    (results) => told.push([...results.values()].map(({ state }) => state[0]).join('')),
    () => false,
  )
  expect(told).toEqual(['sww', 'dww', 'dsw', 'dfw', 'dfs', 'dfd'])
  expect(tally(first)).toEqual({ done: 2, failed: 1, left: 0 })
  const second = await runAll(
    rows,
    first,
    send,
    () => undefined,
    () => false,
  )
  expect(send.mock.calls.map(([{ id }]) => id)).toEqual(['a', 'b', 'c', 'b'])
  expect(tally(second)).toEqual({ done: 3, failed: 0, left: 0 })
})

test('a stop leaves the rest as it is', async () => {
  const rows = bulkRows([task('inspection', 'a'), task('inspection', 'b')], 'confirm')
  const send = vi.fn(() => Promise.resolve())
  const results = await runAll(
    rows,
    begun(rows),
    send,
    () => undefined,
    () => send.mock.calls.length === 1,
  )
  expect(tally(results)).toEqual({ done: 1, failed: 0, left: 1 })
})

test('a fault typed in letters becomes a code; anything else is none', () => {
  expect(faultOf(' No  Sound-left ')).toBe('no_sound_left')
  expect(faultOf('坏了')).toBeNull()
  expect(faultOf('')).toBeNull()
})

test('serial numbers come by lines, commas and tabs, each once', () => {
  expect(serialsOf('A1\nB2, A1；C3\n\n')).toEqual(['A1', 'B2', 'C3'])
})

test('an address is kept without what was left empty, its phone without spaces', () => {
  const place = { name: ' 仓库 ', phone: '139 0000-5678', province: ' ', city: '杭州', street: '文三路 1 号' }
  expect(lackingOf(place)).toBeUndefined()
  expect(lackingOf({ ...place, city: ' ' })).toBe('city')
  expect(tidied(place)).toEqual({ name: '仓库', phone: '13900005678', city: '杭州', street: '文三路 1 号' })
  expect(placeText(tidied(place))).toBe('杭州 文三路 1 号 (仓库 13900005678)')
})

test('bars are as long as their part of the longest; shares are never rounded up to all', () => {
  const [a, b, c] = bars([
    { key: 'a', label: 'A', value: 3 },
    { key: 'b', label: 'B', value: 1 },
    { key: 'c', label: 'C', value: 0 },
  ])
  expect([a?.part, b?.part, c?.part]).toEqual([100, 33.3, 0])
  expect(bars([{ key: 'a', label: 'A', value: 0 }])[0]?.part).toBe(0)
  expect([share(999, 1000), share(0, 0), share(2, 2)]).toEqual([99, null, 100])
})

test('an owner locks nobody out of oneself, and a link hides its token from servers', () => {
  expect(doable({ id: 'me', status: 'active', owner: true }, 'me')).toEqual(['sign-out'])
  expect(doable({ id: 'x', status: 'active', owner: false }, 'me')).toEqual([
    'make-owner',
    'recover',
    'sign-out',
    'deactivate',
  ])
  expect(doable({ id: 'x', status: 'invited', owner: false }, 'me')).toEqual(['invite-again', 'deactivate'])
  expect(doable({ id: 'x', status: 'inactive', owner: false }, 'me')).toEqual(['reactivate'])
  expect(addressOf({ purpose: 'join', token: 'abc' }, 'http://localhost')).toBe('http://localhost/staff/join#token=abc')
})
