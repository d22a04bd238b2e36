import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { formatSpan, noteServerTime, serverNow } from './time'

beforeEach(() => vi.useFakeTimers({ now: Date.UTC(2026, 0, 1, 12, 0, 0) }))
afterEach(() => vi.useRealTimers())

test('the server’s clock is found however far ours is off', () => {
  const ahead = 7 * 60_000 + 250 // of the server
  for (const delay of [40, 900, 15, 320]) {
    const sent = Date.now()
    vi.advanceTimersByTime(delay)
    const told = new Date(Math.floor((Date.now() + ahead - delay / 2) / 1000) * 1000).toUTCString()
    noteServerTime(told, sent, Date.now())
    vi.advanceTimersByTime(137)
  }
  expect(Math.abs(serverNow() - (Date.now() + ahead))).toBeLessThan(500)
  // a clock was changed: what was known before counts no more
  const back = new Date(Date.now() - 3_600_000).toUTCString()
  noteServerTime(back, Date.now(), Date.now() + 20)
  expect(Math.abs(serverNow() - (Date.now() - 3_600_000))).toBeLessThan(1000)
  noteServerTime(null, 0, 0)
  noteServerTime('nonsense', 0, 0)
  expect(Math.abs(serverNow() - (Date.now() - 3_600_000))).toBeLessThan(1000)
})

test('spans are told in what matters', () => {
  const hour = 3_600_000
  expect(formatSpan(0, 'en')).toBe('0:00')
  expect(formatSpan(-5000, 'en')).toBe('0:00')
  expect(formatSpan(65_000, 'en')).toBe('1:05')
  expect(formatSpan(1, 'en')).toBe('0:01')
  expect(formatSpan(2 * hour + 61_000, 'en')).toBe('2:01:01')
  expect(formatSpan(51 * hour, 'zh-CN')).toBe('2 天 3 小时')
  expect(formatSpan(48 * hour, 'en')).toBe('2 d')
})
