import { expect, test } from 'vitest'
import { filtersOf } from './filters'

test('an agent begins with what is theirs, whoever leads with all that is open, and what is due first comes first', () => {
  expect(filtersOf({}, 'agent')).toEqual({ open: 'true', agent: 'me', sort: 'due' })
  expect(filtersOf({}, 'supervisor')).toEqual({ open: 'true', sort: 'due' })
})

test('cases that ended have no deadline to sort by', () => {
  expect(filtersOf({ tab: 'ended', sort: 'due' }, 'agent')).toEqual({ open: 'false', sort: 'newest' })
})

test('an address by hand asks for nothing that there is not', () => {
  const view = { tab: 'x', kind: 'gift', stage: "'", waiting: 'everybody', number: '123', sort: 'amount' }
  expect(filtersOf(view, 'supervisor')).toEqual({ open: 'true', sort: 'due' })
})

test('filters add up', () => {
  const view = { tab: 'none', kind: 'complaint', stage: 'review', waiting: 'platform', number: 'c7r7', sort: 'newest' }
  expect(filtersOf(view, 'agent')).toEqual({
    open: 'true',
    agent: 'none',
    kind: 'complaint',
    stage: 'review',
    waiting_for: 'platform',
    number: 'c7r7',
    sort: 'newest',
  })
})

test('a shop looks at what waits for it, and at none of the platform’s parts', () => {
  expect(filtersOf({ tab: 'waiting', waiting: 'customer' }, 'merchant')).toEqual({
    open: 'true',
    waiting_for: 'merchant',
    sort: 'due',
  })
  expect(filtersOf({ tab: 'mine' }, 'merchant')).toEqual({ open: 'true', sort: 'due' })
  expect(filtersOf({ tab: 'waiting' }, 'agent')).toEqual({ open: 'true', agent: 'me', sort: 'due' })
})
