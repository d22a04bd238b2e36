import { expect, test } from 'vitest'
import { countOf, leftOf, mostAtOnce, resultsOf, toggled } from './bulk'

test('each has its result, and what could not be done stays ticked', () => {
  const results = resultsOf([
    { id: 'a', done: true },
    { id: 'b', done: false, code: 'conversation_held', text: '同事正在接待' },
    { id: 'c', done: true },
  ])
  expect(countOf(results)).toEqual({ done: 2, failed: 1 })
  expect([...leftOf(results)]).toEqual(['b'])
  expect(results.get('b')?.text).toBe('同事正在接待')
})

test('ticking twice is not ticking, and no more than go in one request are ticked', () => {
  expect([...toggled(toggled(new Set(), 'a'), 'a')]).toEqual([])
  const full = new Set(Array.from({ length: mostAtOnce }, (_, n) => `${n}`))
  expect(toggled(full, 'more').size).toBe(mostAtOnce)
  expect(toggled(full, '7').size).toBe(mostAtOnce - 1)
})
