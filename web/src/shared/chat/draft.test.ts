import { beforeEach, describe, expect, test } from 'vitest'
import { ahead, merged, noDraft, withHeld } from './draft'
import { boxOf, draftOf, keepBox, keepDraft } from './kept'
import type { Outgoing } from './outbox'

describe('a draft on several devices', () => {
  test('what another device went on with takes the place of what stands here untouched', () => {
    expect(merged({ words: 'dear', base: 'dear' }, 'dear Kim')).toEqual({ words: 'dear Kim', base: 'dear Kim' })
    expect(merged(noDraft, 'begun elsewhere').words).toBe('begun elsewhere')
    expect(merged({ words: 'sent elsewhere', base: 'sent elsewhere' }, '').words).toBe('')
  })
  test('what the server never got stays', () => {
    const own = merged({ words: 'typed in the train', base: '' }, 'older')
    expect(own).toEqual({ words: 'typed in the train', base: 'older' })
    expect(ahead(own)).toBe(true)
  })
  test('one that was cleared here is not brought back by what the server still has', () => {
    expect(merged({ words: '', base: 'sent a moment ago' }, 'sent a moment ago').words).toBe('')
  })
  test('in step nothing changes, so that nothing is drawn anew', () => {
    const own = { words: 'same', base: 'same' }
    expect(merged(own, 'same')).toBe(own)
  })
})

describe('on this device', () => {
  beforeEach(() => localStorage.clear())
  const held = (text: string): Outgoing => ({
    clientID: text,
    content: { kind: 'text', text },
    at: 1,
    state: 'held',
    tries: 0,
    until: 5_000,
  })
  test('a draft is there again, with what the server had; of an older program with its words alone', () => {
    keepDraft('p', 'c', { words: 'more', base: 'mo' })
    expect(draftOf('p', 'c')).toEqual({ words: 'more', base: 'mo' })
    keepDraft('p', 'c', noDraft)
    expect(localStorage.length).toBe(0)
    localStorage.setItem('aftersales.draft.chat.p.c.words', JSON.stringify({ at: Date.now(), value: 'old' }))
    expect(draftOf('p', 'c')).toEqual({ words: 'old', base: '' })
  })
  test('what was held back when the page was left is written again, not sent', () => {
    keepDraft('p', 'c', { words: 'after it', base: '' })
    keepBox('p', 'c', [{ ...held('sent'), state: 'late' }, held('one'), held('two')])
    expect(boxOf('p', 'c').map((one) => one.content.text)).toEqual(['sent'])
    expect(draftOf('p', 'c').words).toBe('one\ntwo\nafter it')
    expect(boxOf('p', 'c').map((one) => one.content.text)).toEqual(['sent'])
    expect(draftOf('p', 'c').words).toBe('one\ntwo\nafter it')
  })
  test('words that are put back stand before what was written since', () => {
    expect(withHeld('', ['one'])).toBe('one')
    expect(withHeld('two', ['one'])).toBe('one\ntwo')
  })
})
