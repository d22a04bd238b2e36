import { expect, test } from 'vitest'
import { lackOf, stepsOf, sumOf } from './goodwill'

const line = (id: string, quantity: number, available: number, minor: number) => ({
  id,
  title: id,
  quantity,
  available,
  paid: { minor, currency: 'CNY' },
})
const lines = [line('cup', 3, 2, 1000), line('lamp', 1, 1, 5000)]

test('the most is what was paid for the chosen units, odd fen left to the server', () => {
  const steps = stepsOf(lines, { cup: 2, lamp: 1 })
  expect(steps.map(({ id, units, minor }) => [id, units, minor])).toEqual([
    ['cup', 2, 666],
    ['lamp', 1, 5000],
  ])
  expect(sumOf(steps)).toBe(5666)
})

test('whole lines are counted to the fen', () => {
  expect(sumOf(stepsOf([line('cup', 3, 3, 1000)], { cup: 3 }))).toBe(1000)
})

test('no more units than are left, and none that were not chosen', () => {
  expect(stepsOf(lines, { cup: 9 }).map(({ units }) => units)).toEqual([2])
  expect(stepsOf(lines, { cup: 0, chair: 1 })).toEqual([])
})

test('says what is missing: goods, then an amount, then a smaller one', () => {
  const steps = stepsOf(lines, { lamp: 1 })
  expect(lackOf([], 100)).toBe('lines')
  expect(lackOf(steps, null)).toBe('amount')
  expect(lackOf(steps, 5001)).toBe('most')
  expect(lackOf(steps, 5000)).toBeNull()
})
