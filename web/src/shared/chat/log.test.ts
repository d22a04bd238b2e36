import { describe, expect, test } from 'vitest'
import { said } from './fake'
import { changed, emptyLog, heard, hole, type Log, older, opened, put } from './log'

const upTo = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, n) => said(first + n))
const page = (items = upTo(1, 3), part: Partial<{ more: boolean; revision: number }> = {}) => ({
  items,
  more: false,
  revision: items.at(-1)?.revision ?? 0,
  ...part,
})
const log = (first: number, last: number, part: Partial<Log> = {}): Log => ({
  messages: upTo(first, last),
  revision: last,
  older: first > 1,
  ...part,
})
const seqs = (one: Log) => one.messages.map(({ seq }) => seq)

describe('putting messages in', () => {
  test('whatever order they come in, each has its place, once', () => {
    const all = upTo(1, 6)
    const mixed = [4, 1, 6, 1, 3, 2, 5, 4].map((seq) => all[seq - 1] ?? said(seq))
    expect(seqs(put(emptyLog, mixed))).toEqual([1, 2, 3, 4, 5, 6])
  })
  test('of two with the same number the later revision stays', () => {
    const edited = said(2, { revision: 9, content: { text: 'edited' } })
    const after = put(log(1, 3), [edited])
    expect(after.messages[1]).toBe(edited)
    expect(put(after, [said(2)])).toBe(after)
    expect(put(put(emptyLog, [edited]), [said(2)]).messages).toEqual([edited])
  })
  test('nothing new is the same log, so that nothing is drawn anew', () => {
    const one = log(1, 3)
    expect(put(one, upTo(1, 3))).toBe(one)
    expect(changed(one, page([], { revision: 3 }))).toBe(one)
  })
})

describe('opening', () => {
  test('the first page is all there is', () => {
    expect(opened(emptyLog, { messages: upTo(71, 100), more: true, revision: 120 })).toEqual({
      messages: upTo(71, 100),
      revision: 120,
      older: true,
    })
  })
  test('what was sent before the first answer came claims to know nothing', () => {
    const sent = put(emptyLog, [said(103)])
    const after = opened(sent, { messages: upTo(71, 100), more: true, revision: 120 })
    expect([seqs(after).at(-1), after.revision, after.older, hole(after)]).toEqual([103, 120, true, 101])
  })
  test('joined to what is here it does not claim to know what changed further up', () => {
    const after = opened(log(40, 80), { messages: upTo(75, 104), more: true, revision: 130 })
    expect(seqs(after)).toEqual(upTo(40, 104).map(({ seq }) => seq))
    expect(after.revision).toBe(80)
  })
  test('where a gap would stay, the newest page takes the place of what was here', () => {
    const after = opened(log(1, 40), { messages: upTo(171, 200), more: true, revision: 230 })
    expect([seqs(after)[0], after.revision, after.older]).toEqual([171, 230, true])
  })
})

describe('going up', () => {
  test('a page joins at the top', () => {
    const after = older(log(31, 60), page(upTo(1, 30), { revision: 60 }))
    expect(seqs(after)).toHaveLength(60)
    expect([after.older, after.revision, hole(after)]).toEqual([false, 60, undefined])
  })
  test('a page that is older than a change which passed by is asked about again', () => {
    // Message 3 was edited (revision 61) after the page was read and before it came.
    const passed = changed(log(31, 60), page([said(3, { revision: 61 })], { revision: 61 }))
    expect([seqs(passed)[0], passed.revision]).toEqual([31, 61])
    expect(older(passed, page(upTo(1, 30), { revision: 60 })).revision).toBe(60)
  })
})

describe('what changed since', () => {
  test('new ones, edits and recalls, in the order in which they happened', () => {
    const recalled = said(2, { revision: 6, content: {}, recalled_at: '2026-03-02T12:01:00Z' })
    const edited = said(1, { revision: 5, content: { text: 'better' } })
    const after = changed(log(1, 3), page([said(4), edited, recalled, said(5, { revision: 7 })]))
    expect(seqs(after)).toEqual([1, 2, 3, 4, 5])
    expect(after.messages[0]).toBe(edited)
    expect(after.messages[1]).toBe(recalled)
    expect(after.revision).toBe(7)
  })
  test('what lies further up than what is here leaves no gap behind', () => {
    const after = changed(log(31, 40), page([said(3, { revision: 41 })]))
    expect([seqs(after)[0], after.revision]).toEqual([31, 41])
  })
  test('the first messages of an empty conversation', () => {
    expect(seqs(changed(emptyLog, page()))).toEqual([1, 2, 3])
  })
  test('an answer that comes late takes nothing back', () => {
    const now = changed(log(1, 3), page(upTo(4, 8)))
    expect(changed(now, page(upTo(4, 5))).revision).toBe(8)
  })
})

describe('news of one change', () => {
  test('that is not here', () => expect(heard(log(1, 3), 4, 4).here).toBe(false))
  test('that was heard before', () => expect(heard(log(1, 3), 3, 3).here).toBe(true))
  test("one's own message, which came with the answer, is known without asking", () => {
    const { log: after, here } = heard(put(log(1, 3), [said(4)]), 4, 4)
    expect([here, after.revision]).toEqual([true, 4])
  })
  test('unless something else happened before it', () => {
    expect(heard(put(log(1, 3), [said(5)]), 5, 5).here).toBe(false)
  })
  test('from a server that does not say', () => expect(heard(log(1, 3), undefined, undefined).here).toBe(false))
})

test('a missing number is found', () => {
  expect(hole(emptyLog)).toBeUndefined()
  expect(hole(log(4, 9))).toBeUndefined()
  expect(hole(put(log(4, 9), [said(12)]))).toBe(10)
})
