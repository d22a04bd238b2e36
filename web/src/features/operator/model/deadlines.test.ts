import { expect, test } from 'vitest'
import { amountOf, secondsOf } from './deadlines'

test('what is typed becomes seconds, up to sixty days', () => {
  expect(secondsOf({ n: '2', unit: 'day' })).toBe(172_800)
  expect(secondsOf({ n: ' ３ ', unit: 'hour' })).toBe(10_800)
  expect(secondsOf({ n: '60', unit: 'day' })).toBe(5_184_000)
  expect(secondsOf({ n: '61', unit: 'day' })).toBe('much')
  for (const n of ['', '0', '-1', '1.5', 'x', '999999']) expect(secondsOf({ n, unit: 'hour' })).toBe('none')
})

test('seconds are told in the largest unit that fits', () => {
  expect(amountOf(172_800)).toEqual({ n: 2, unit: 'day' })
  expect(amountOf(7_200)).toEqual({ n: 2, unit: 'hour' })
  expect(amountOf(90_000)).toEqual({ n: 25, unit: 'hour' })
})
