import { expect, test } from 'vitest'
import { Intention } from './idempotency'

test('the same content is the same intention, until it is done', () => {
  const intention = new Intention()
  const first = intention.key({ amount: 100 })
  expect(intention.key({ amount: 100 })).toBe(first)
  const other = intention.key({ amount: 200 })
  expect(other).not.toBe(first)
  intention.done()
  expect(intention.key({ amount: 200 })).not.toBe(other)
})

test('a form that goes back to earlier content means it anew', () => {
  const intention = new Intention()
  const first = intention.key('a')
  intention.key('b')
  expect(intention.key('a')).not.toBe(first)
})
