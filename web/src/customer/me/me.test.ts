import { describe, expect, it } from 'vitest'
import { certificateOf } from './certificate'
import { blocksOf, strongOf } from './markdown'
import { type News, type Pages, withRead } from './news'

describe('the words of a notice', () => {
  it('are headings, paragraphs and lists; lines of Chinese are joined without a blank', () => {
    const text = '# 标题\n\n第一行，\n第二行。\n\n- **谁会看到**：商家\n- 多久\n  三年\n\nTwo\nlines'
    expect(blocksOf(text)).toEqual([
      { kind: 'heading', words: '标题' },
      { kind: 'text', words: '第一行，第二行。' },
      { kind: 'list', items: ['**谁会看到**：商家', '多久 三年'] },
      { kind: 'text', words: 'Two lines' },
    ])
  })
  it('take nothing for HTML', () => {
    expect(blocksOf('<b onclick=x>hi</b>')).toEqual([{ kind: 'text', words: '<b onclick=x>hi</b>' }])
  })
  it('have strong parts', () => {
    expect(strongOf('a **b** c **d**')).toEqual(['a ', 'b', ' c ', 'd', ''])
  })
})

describe('a certificate', () => {
  it('says how much went and where it was looked for', () => {
    const certificate = {
      erasure_id: 'e1',
      gone: { texts: 3, files: 2 },
      words: 4,
      searched: [
        { table: 'a', found: 0 },
        { table: 'b', found: 1 },
      ],
      unreadable: true,
    }
    expect(certificateOf(certificate)).toEqual({ gone: 5, searched: 2, words: 4, found: 1, unreadable: true })
  })
  it.each([undefined, null, 'x', {}, []])('is not %j', (value) => {
    expect(certificateOf(value)).toBeNull()
  })
})

describe('news', () => {
  const one = (id: string, read_at?: string): News => ({
    id,
    at: '',
    kind: 'opened',
    text: '',
    subject_id: 'c1',
    subject_kind: 'case',
    data: {},
    ...(read_at ? { read_at } : {}),
  })
  const pages: Pages = {
    pages: [
      { items: [one('a'), one('b', 'then')], unread: 2 },
      { items: [one('c')], unread: 2 },
    ],
    pageParams: ['', 'x'],
  }

  it('is read where it is named, once, and the count falls with it', () => {
    const read = withRead(pages, new Set(['a', 'b']), 'now')
    expect(read?.pages[0]?.items.map((item) => item.read_at)).toEqual(['now', 'then'])
    expect(read?.pages.map((page) => page.unread)).toEqual([1, 2])
    expect(read?.pages[1]?.items[0]?.read_at).toBeUndefined()
  })
  it('that was not loaded stays not loaded', () => {
    expect(withRead(undefined, new Set(['a']), 'now')).toBeUndefined()
  })
})
