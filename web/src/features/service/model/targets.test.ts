import { expect, test } from 'vitest'
import { byScope, lengthOf, scopeOf, secondsOf, type Target } from './targets'

const target = (part: Partial<Target>): Target => ({
  first_seconds: 60,
  next_seconds: 300,
  resolution_seconds: 0,
  ...part,
})

test('a length stands in the largest unit that it is a whole number of, and comes back the same', () => {
  expect([lengthOf(90), lengthOf(300), lengthOf(7_200), lengthOf(172_800), lengthOf(0)]).toEqual([
    { count: 90, unit: 'second' },
    { count: 5, unit: 'minute' },
    { count: 2, unit: 'hour' },
    { count: 2, unit: 'day' },
    { count: 0, unit: 'minute' },
  ])
  for (const seconds of [0, 1, 59, 60, 5_400, 86_400]) {
    const { count, unit } = lengthOf(seconds)
    expect(secondsOf(count, unit)).toBe(seconds)
  }
})

test('the most particular stands first, as it counts', () => {
  const all = [
    target({}),
    target({ priority: 'low' }),
    target({ team_id: 't', priority: 'urgent' }),
    target({ merchant_id: 'm' }),
    target({ team_id: 't' }),
    target({ merchant_id: 'm', priority: 'urgent' }),
  ]
  expect(all.sort(byScope).map(scopeOf)).toEqual(['/m/urgent', '/m/', 't//urgent', 't//', '//low', '//'])
})
