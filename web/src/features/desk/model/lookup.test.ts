import { expect, test } from 'vitest'
import { saidIn } from './lookup'

test.each([
  ['kim@example.com', 'mail', 'kim@example.com'],
  ['138 1234-1234', 'phone', '13812341234'],
  ['+86 13812341234', 'phone', '+8613812341234'],
  ['D382386-55', 'number', 'D382386-55'],
  [' cbk2xase ', 'number', 'cbk2xase'],
])('%s is a %s', (typed, what, value) => {
  expect(saidIn(typed)).toEqual({ what, value })
})

test('too little to look for is nothing', () => {
  expect(saidIn('ab')).toBeNull()
  expect(saidIn('  ')).toBeNull()
})
