import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { batch, pauses } from './batch'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('what comes together is asked for once, and soon', () => {
  const ask = vi.fn()
  const { add } = batch(ask, () => false)
  add([['case', 'a'], ['cases']])
  add([['cases'], ['tasks']])
  expect(ask).not.toHaveBeenCalled()
  vi.advanceTimersByTime(pauses.first)
  expect(ask.mock.calls).toEqual([[['case', 'a']], [['cases']], [['tasks']]])
  add([])
  vi.advanceTimersByTime(pauses.hidden)
  expect(ask).toHaveBeenCalledTimes(3)
})

test('a storm is asked for a few times a second', () => {
  const ask = vi.fn()
  const { add } = batch(ask, () => false)
  for (let passed = 0; passed < 1000; passed += 5) {
    add([['cases']])
    vi.advanceTimersByTime(5)
  }
  expect(ask.mock.calls.length).toBeGreaterThanOrEqual(4)
  expect(ask.mock.calls.length).toBeLessThanOrEqual(5)
})

test('who looks away is told later, and at once when they look again', () => {
  const ask = vi.fn()
  let hidden = true
  const { add, flush } = batch(ask, () => hidden)
  add([['cases']])
  vi.advanceTimersByTime(pauses.hidden - 1)
  expect(ask).not.toHaveBeenCalled()
  hidden = false
  flush()
  expect(ask).toHaveBeenCalledOnce()
  vi.advanceTimersByTime(pauses.hidden)
  expect(ask).toHaveBeenCalledOnce()
})
