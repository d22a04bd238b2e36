import { expect, test } from 'vitest'
import { said } from '@/shared/chat/fake'
import { byWaiting, filtersOf, lineOf, neighbour, pressing, viewOf, viewsOf } from './inbox'

test('each has the views of their role, and begins where their work is', () => {
  expect(viewsOf('supervisor')).not.toContain('mine')
  expect([viewOf('agent', undefined), viewOf('supervisor', undefined)]).toEqual(['mine', 'queue'])
  expect([viewOf('agent', 'closed'), viewOf('supervisor', 'mine'), viewOf('agent', 'nonsense')]).toEqual([
    'closed',
    'queue',
    'mine',
  ])
  expect(filtersOf('mine')).toEqual({ whose: 'mine', state: 'people' })
})

test('who waits for a hundred seconds stands out', () => {
  const since = '2026-03-02T12:00:00Z'
  const at = (seconds: number) => Date.parse(since) + seconds * 1000
  expect([59, 60, 99, 100].map((seconds) => pressing(since, at(seconds)))).toEqual(['no', 'soon', 'soon', 'over'])
  expect(pressing(undefined, at(9999))).toBe('no')
})

test('the longest waiting first, who does not wait last', () => {
  const list = [{}, { waiting_since: '2026-03-02T12:05:00Z' }, { waiting_since: '2026-03-02T12:00:00Z' }]
  expect(list.sort(byWaiting).map((one) => one.waiting_since?.slice(14, 16))).toEqual(['00', '05', undefined])
})

test('the next and the one before, and no further than the ends', () => {
  const items = [{ id: 'a' }, { id: 'b' }]
  expect([neighbour(items, 'a', 1), neighbour(items, 'b', 1), neighbour(items, 'a', -1)]).toEqual([
    { id: 'b' },
    { id: 'b' },
    { id: 'a' },
  ])
  expect([neighbour(items, undefined, -1), neighbour([], 'a', 1)]).toEqual([{ id: 'a' }, undefined])
})

test('what was said last, in one line', () => {
  const name = (kind: string) => `[${kind}]`
  expect(lineOf(undefined, name)).toBe('[nothing]')
  expect(lineOf(said(1, { content: { text: 'a\nb' } }), name)).toBe('a b')
  expect(lineOf(said(1, { kind: 'picture', content: { file_id: 'ev' } }), name)).toBe('[picture]')
  expect(lineOf(said(1, { recalled_at: '2026-03-02T12:00:00Z' }), name)).toBe('[recalled]')
})
