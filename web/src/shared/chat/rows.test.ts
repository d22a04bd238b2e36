import { describe, expect, test } from 'vitest'
import { said } from './fake'
import type { Log, Message } from './log'
import { marked, marksOf, readByOthers } from './marks'
import { added } from './outbox'
import { changeable, clickOf, openAsk, rowsOf } from './rows'

const log = (...messages: Message[]): Log => ({ messages, revision: 99, older: false })
const at = (time: string) => ({ sent_at: `2026-03-${time}Z` })
const mine = { from: { role: 'customer' as const, mine: true } }
const waiting = added([], {
  clientID: 'out-1',
  content: { kind: 'text', text: 'x' },
  at: Date.parse('2026-03-03T10:00:00Z'),
})

describe('lines', () => {
  test('what one says in one go stands together', () => {
    const rows = rowsOf(
      log(
        said(1, at('02T10:00:00')),
        said(2, at('02T10:01:00')),
        said(3, { ...at('02T10:01:30'), ...mine }),
        said(4, { ...at('02T10:20:00'), ...mine }),
      ),
      [],
    )
    expect(rows.map(({ first, last }) => [first, last])).toEqual([
      [true, false],
      [false, true],
      [true, true],
      [true, true],
    ])
  })
  test('days are told apart, and what happened stands alone', () => {
    const rows = rowsOf(
      log(said(1, at('02T10:00:00')), said(2, { ...at('02T10:00:10'), kind: 'system' }), said(3, at('04T10:00:00'))),
      waiting,
    )
    expect(rows.map(({ newDay }) => newDay)).toEqual([true, false, true, true])
    expect(rows[0]?.last).toBe(true)
    expect(rows[3]?.outgoing?.clientID).toBe('out-1')
  })
  test('a message keeps its line when it is answered', () => {
    const before = rowsOf(log(), waiting)
    const after = rowsOf(log(said(1, { ...mine, client_id: 'out-1' })), [])
    expect(after[0]?.key).toBe(before[0]?.key)
  })
  test('the first unread one is marked, never one of one’s own', () => {
    const all = log(said(1), said(2, mine), said(3, mine), said(4))
    const unread = (seen?: number) => rowsOf(all, [], seen).findIndex((row) => row.unread)
    expect(unread(3)).toBe(3)
    expect([unread(), unread(0), unread(4), unread(1)]).toEqual([-1, -1, -1, -1])
  })
})

describe('quick replies', () => {
  const ask = said(2, {
    kind: 'ask',
    content: { text: '?', choices: [{ slot: 'reason', value: 'size', label: '尺码' }] },
  })
  test('are there until one answers or goes on', () => {
    expect(openAsk(log(said(1), ask), [])).toBe(2)
    expect(openAsk(log(said(1), ask, said(3)), [])).toBe(2)
    expect(openAsk(log(said(1), ask, said(3, mine)), [])).toBeUndefined()
    expect(openAsk(log(said(1), ask), waiting)).toBeUndefined()
    expect(openAsk(log(said(1)), [])).toBeUndefined()
  })
  test('say what they answer', () => {
    expect(clickOf(ask, { slot: 'reason', value: 'size', label: '尺码' })).toEqual({
      kind: 'click',
      click: { slot: 'reason', value: 'size', label: '尺码' },
      text: '尺码',
      answers: 2,
    })
  })
})

test('two minutes to change one’s mind', () => {
  const one = said(1, { ...mine, changeable_until: '2026-03-02T12:02:00Z' })
  expect(changeable(one, Date.parse('2026-03-02T12:01:59Z'))).toBe(true)
  expect(changeable(one, Date.parse('2026-03-02T12:02:00Z'))).toBe(false)
  expect(changeable({ ...one, recalled_at: '2026-03-02T12:01:00Z' }, 0)).toBe(false)
  expect(changeable({ ...one, from: { role: 'agent' } }, 0)).toBe(false)
})

test('marks never go back', () => {
  const members = [
    { who: { role: 'customer' as const, mine: true }, delivered: 5, read: 5 },
    { who: { role: 'agent' as const }, delivered: 4, read: 2 },
  ]
  const one = marked(marksOf(members, []), 'agent', 4)
  expect(readByOthers(one)).toBe(4)
  expect(readByOthers(marksOf(members, one))).toBe(4)
  expect(readByOthers(marked(one, 'agent', 3))).toBe(4)
  expect(readByOthers(marked([], 'agent', 3))).toBe(3)
})
