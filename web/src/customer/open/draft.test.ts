import { describe, expect, it } from 'vitest'
import { begun, blank, contentOf, type Draft, forget, forgetDrafts, keep, keyed, recall, refused } from './draft'

const day = 24 * 3600_000
const draft = (part: Partial<Draft>): Draft => ({ ...blank('return', 'T1', 0), ...part })
const line = (serial: string) => `Serial number: ${serial}`

describe('what is kept', () => {
  it('comes back to the same person, order and kind only', () => {
    keep('kim', draft({ reason: 'quality', words: '开胶', lines: { a: 2 } }), 0)
    expect(recall('kim', 'T1', 'return', day)).toMatchObject({ reason: 'quality', words: '开胶', lines: { a: 2 } })
    for (const [person, order, kind] of [
      ['lee', 'T1', 'return'],
      ['kim', 'T2', 'return'],
      ['kim', 'T1', 'exchange'],
    ] as const)
      expect(recall(person, order, kind, day)).toMatchObject({ reason: null, words: '', lines: {}, kind })
  })
  it('is dropped after two weeks, when it was sent, and when the person leaves', () => {
    keep('kim', draft({ words: 'a' }), 0)
    expect(recall('kim', 'T1', 'return', 13 * day).words).toBe('a')
    expect(recall('kim', 'T1', 'return', 15 * day).words).toBe('')
    forget('kim', { orderID: 'T1', kind: 'return' })
    expect(recall('kim', 'T1', 'return', 0).words).toBe('')
    keep('kim', draft({ words: 'a' }), 0)
    localStorage.setItem('aftersales.theme', 'dark')
    forgetDrafts()
    expect(recall('kim', 'T1', 'return', 0).words).toBe('')
    expect(localStorage.getItem('aftersales.theme')).toBe('dark')
  })
  it('names what was begun, but not what nothing was said in', () => {
    keep('kim', draft({ words: 'a' }), 0)
    keep('kim', { ...draft({}), kind: 'repair' }, 0)
    keep('kim', { ...draft({ reason: 'x' }), orderID: 'T10' }, 0)
    expect(begun('kim', 'T1', 0)).toEqual(['return'])
  })
  it('is an empty draft where what is kept cannot be read', () => {
    localStorage.setItem('aftersales.draft.kim.T1.return', '{"at":')
    expect({ ...recall('kim', 'T1', 'return', 0), key: '' }).toEqual(blank('return', 'T1', 0))
  })
})

describe('what is sent', () => {
  it('holds what was chosen and nothing that was not', () => {
    expect(
      contentOf(
        draft({ lines: { a: 2, b: 0 }, variants: { a: 'v' }, amount: 500, words: ' 开胶 ', reason: 'quality' }),
        line,
      ),
    ).toEqual({
      kind: 'return',
      order_id: 'T1',
      lines: [{ line_id: 'a', quantity: 2 }],
      reason: 'quality',
      text: '开胶',
    })
  })
  it('names the variant of an exchange, and the amount of a refund only', () => {
    expect(
      contentOf({ ...draft({ lines: { a: 1, b: 1 }, variants: { a: 'v' } }), kind: 'exchange' }, line).lines,
    ).toEqual([
      { line_id: 'a', quantity: 1, variant_id: 'v' },
      { line_id: 'b', quantity: 1 },
    ])
    expect(contentOf({ ...draft({ lines: { a: 1 }, amount: 500 }), kind: 'refund_only' }, line).amount).toEqual({
      minor: 500,
      currency: 'CNY',
    })
  })
  it('is about no goods and no money when service is complained of', () => {
    const content = contentOf(
      { ...draft({ lines: { a: 1 }, amount: 500, subject: 'service' }), kind: 'complaint' },
      line,
    )
    expect(content).toEqual({ kind: 'complaint', order_id: 'T1', lines: [], subject: 'service' })
  })
  it('leads with the serial number', () => {
    expect(contentOf(draft({ serial: ' SN1 ', words: 'it hums' }), line).text).toBe('Serial number: SN1\nit hums')
  })
})

describe('the key', () => {
  it('stays for the same content, however often and from wherever it is sent, and changes with it', () => {
    keep('kim', recall('kim', 'T1', 'return', 0), 0)
    const [one, other] = [recall('kim', 'T1', 'return', 0), recall('kim', 'T1', 'return', 0)] // two tabs
    expect(one.key).not.toBe('')
    const first = keyed(one, { a: 1 })
    expect(keyed(other, { a: 1 }).key).toBe(first.key)
    expect(keyed(first, { a: 1 })).toEqual(first)
    expect(keyed(first, { a: 2 }).key).not.toBe(first.key)
  })
  it('is another once the server refused: its answer may be another by now', () => {
    const first = keyed(recall('kim', 'T1', 'return', 0), { a: 1 })
    expect(keyed({ ...first, ...refused() }, { a: 1 }).key).not.toBe(first.key)
  })
})
