import { expect, test } from 'vitest'
import { waitsFor } from './erasures'

test('an erasure tells what it waits for, as long as it waits', () => {
  const standing = { open_cases: 1, open_money: 0, holds: 2 }
  expect(waitsFor({ ...standing, state: 'cooling' })).toEqual(['cases', 'holds'])
  expect(waitsFor({ ...standing, state: 'held', open_money: 3 })).toEqual(['cases', 'money', 'holds'])
  expect(waitsFor({ ...standing, state: 'erasing' })).toEqual([])
  expect(waitsFor({ state: 'ending', open_cases: 0, open_money: 0 })).toEqual([])
})
