import { expect, test } from 'vitest'
import { filtersOf, verified } from './audit'

test('an area asks for all below it, an action for itself', () => {
  expect(filtersOf({ action: 'sign_in' })).toEqual({ action: 'sign_in.' })
  expect(filtersOf({ action: 'sign_in.password' })).toEqual({ action: 'sign_in.password' })
  expect(filtersOf({ action: ' ' })).toEqual({})
})

test('days count whole, from their beginning to the end of the last', () => {
  const { from, to } = filtersOf({ from: '2026-11-20', to: '2026-11-20' })
  expect(new Date(from ?? '').getTime()).toBe(new Date(2026, 10, 20).getTime())
  expect(new Date(to ?? '').getTime()).toBe(new Date(2026, 10, 21).getTime())
})

test('what is no filter is left out', () => {
  expect(filtersOf({ from: 'yesterday', to: '2026-13-99x', outcome: 'maybe', actor: '' })).toEqual({})
  expect(filtersOf({ from: '2026-11-20', to: '2026-11-01' })).not.toHaveProperty('to')
  expect(filtersOf({ outcome: 'refused', thing: ' c-1 ' })).toEqual({ outcome: 'refused', thing: 'c-1' })
})

const part = { whole: true, done: false, checked: 10, before: 0, total: 25, chains: 2, findings: [], heads: [] }

test('parts of a verification add up, and what was found stays found', () => {
  const heads = [
    { chain: 'a', seq: 9, noted_seq: 7, noted_ago_seconds: 30, unanchored: 2 },
    { chain: 'b', seq: 5, noted_seq: 5, noted_ago_seconds: 900, unanchored: 0 },
    { chain: 'c', seq: 4, noted_seq: 3, noted_ago_seconds: 60, unanchored: 1 },
  ]
  const first = verified(null, { ...part, heads, findings: [{ chain: 'a', seq: 3, problem: 'altered' }] })
  expect(first).toMatchObject({ done: false, checked: 10, total: 25, unanchored: 3, notedAgo: 60 })
  const last = verified(first, { ...part, before: 10, checked: 16, total: 26, done: true })
  expect(last).toMatchObject({ done: true, checked: 26, total: 26, unanchored: 3, notedAgo: 60 })
  expect(last.findings).toEqual([{ chain: 'a', seq: 3, problem: 'altered' }])
})

test('nothing that is not noted has no age', () => {
  expect(verified(null, part).notedAgo).toBeUndefined()
  const never = verified(null, { ...part, heads: [{ chain: 'a', seq: 1, noted_seq: 0, unanchored: 1 }] })
  expect(never).toMatchObject({ unanchored: 1, notedAgo: undefined })
})
