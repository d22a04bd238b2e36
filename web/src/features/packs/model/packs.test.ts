import { afterEach, expect, test, vi } from 'vitest'
import { byLine, byTable, draft, linesOf, mostBytes, refused } from './packs'

afterEach(() => sessionStorage.clear())

test('lines are counted as editors count them', () => {
  expect(linesOf('a\n\nb\n')).toEqual(['a', '', 'b'])
  expect(linesOf('a\r\nb')).toEqual(['a', 'b'])
  expect(linesOf('')).toEqual([''])
})

test('problems stand at their lines, those without a place apart', () => {
  const [one, two, three, four] = [{ line: 3 }, { line: 3 }, { line: 0 }, { line: -1 }]
  expect([...byLine([one, two, three, four])]).toEqual([
    [3, [one, two]],
    [0, [three, four]],
  ])
})

test('differences stand by table', () => {
  const all = [{ table: 'b' }, { table: 'a' }, { table: 'b' }]
  expect(byTable(all).map(([table, items]) => [table, items.length])).toEqual([
    ['b', 2],
    ['a', 1],
  ])
})

test('only text of a size that the server takes is read', () => {
  expect(refused({ name: 'rules.YAML', size: 10 })).toBeNull()
  expect(refused({ name: 'rules.yml', size: mostBytes })).toBeNull()
  expect(refused({ name: 'rules.yml', size: mostBytes + 1 })).toBe('size')
  expect(refused({ name: 'rules.pdf', size: 10 })).toBe('kind')
})

test('what is worked on outlives the page, and a full store is no failure', () => {
  draft.write('name: x')
  expect(draft.read()).toBe('name: x')
  draft.write('')
  expect(draft.read()).toBe('')
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new Error('full')
  })
  expect(() => draft.write('more')).not.toThrow()
})
