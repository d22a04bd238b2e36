import { expect, test } from 'vitest'
import { addressOf, filterOf, isAt, placeOf } from './views'

const view = (filter: ReturnType<typeof filterOf>) => ({ id: 'v', name: 'n', filter })

test('a view leads back to where it was saved, and nowhere else', () => {
  const place = { tab: 'team', kind: 'complaint', stage: 'review', waiting: 'platform', sort: 'newest', number: 'c7r7' }
  const kept = filterOf(place)
  expect(placeOf(kept)).toEqual(place)
  expect(isAt(view(kept), place)).toBe(true)
  expect(isAt(view(kept), { ...place, number: 'c7r8' })).toBe(false)
  expect(isAt(view(kept), {})).toBe(false)
})

test('what was filtered before is taken out of the address', () => {
  expect(placeOf({ kind: 'repair' })).toEqual({
    kind: 'repair',
    tab: undefined,
    stage: undefined,
    waiting: undefined,
    sort: undefined,
    number: undefined,
  })
})

test('what an address says that is no filter is not kept', () => {
  expect(filterOf({ tab: 'x', kind: 'gift', stage: "'", waiting: 'everybody', sort: 'amount' })).toEqual({})
  expect(addressOf({})).toBe('/cases')
})
