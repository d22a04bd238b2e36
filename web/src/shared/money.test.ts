import { expect, test } from 'vitest'
import { fen, formatMoney, parseYuan, yuanOf } from './money'

test('amounts are shown with their currency, two digits and groups', () => {
  expect(formatMoney(fen(19900))).toBe('¥199.00')
  expect(formatMoney(fen(5))).toBe('¥0.05')
  expect(formatMoney(fen(123456789))).toBe('¥1,234,567.89')
  expect(formatMoney(fen(-500))).toBe('−¥5.00')
  expect(formatMoney({ minor: 100, currency: 'USD' })).toBe('USD 1.00')
})

test('what people type becomes fen, without a float on the way', () => {
  expect(parseYuan('199')).toBe(19900)
  expect(parseYuan(' ¥1,234.5 ')).toBe(123450)
  expect(parseYuan('１９．９元')).toBe(1990)
  expect(parseYuan('0.07')).toBe(7)
  expect(parseYuan('1.005')).toBeNull()
  for (const wrong of ['', 'abc', '-5', '1e3', '.5', '1.2.3']) expect(parseYuan(wrong)).toBeNull()
})

test('every amount survives being typed again', () => {
  for (const minor of [0, 1, 9, 10, 99, 100, 101, 12345, 999999999]) expect(parseYuan(yuanOf(minor))).toBe(minor)
})
