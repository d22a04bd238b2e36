import { describe, expect, test } from 'vitest'
import { merge } from './batch'
import { type News, ownChannels, readNews } from './news'
import { lists, missed, reduce, seenBefore } from './reduce'

const at = '2026-03-02T12:00:00Z'
const changed = (seq?: number): News => ({ type: 'case.changed', id: 'c-1', at, ...(seq === undefined ? {} : { seq }) })
const nothing = () => undefined

describe('what news makes out of date', () => {
  test('a change that is not here yet', () => {
    expect(reduce(changed(7), () => 6)).toContainEqual(['case', 'c-1'])
    expect(reduce(changed(7), nothing)).toContainEqual(['case', 'c-1'])
    expect(reduce(changed(), () => 7)).toContainEqual(['case', 'c-1'])
  })
  test('a change that is here already: one made it oneself', () => {
    for (const have of [7, 8]) expect(reduce(changed(7), () => have)).not.toContainEqual(['case', 'c-1'])
    expect(reduce(changed(7), () => 7)).toContainEqual(['cases'])
  })
  test('tasks only where they may have changed', () => {
    expect(reduce(changed(7), nothing)).not.toContainEqual(['tasks'])
    expect(reduce({ ...changed(7), tasks: true } as News, nothing)).toContainEqual(['tasks'])
  })
  test('other news', () => {
    expect(reduce({ type: 'notification.new', id: 'n', at }, nothing)).toEqual([['notifications']])
    expect(reduce({ type: 'case.assigned', id: 'c-1', at }, () => 9)).toContainEqual(['case', 'c-1'])
    expect(reduce({ type: 'shop.moved', id: 'm', at }, nothing)).toContainEqual(['case'])
  })
  test('what was missed', () => {
    expect(missed('case:c-1')).toEqual([['case', 'c-1']])
    for (const channel of ['person:kim', 'shop:s', 'team:t', 'desk']) expect(missed(channel)).toBe(lists)
  })
})

test('the same news in several channels is taken once', () => {
  const before = seenBefore()
  expect([changed(1), changed(1), changed(2), changed(1)].map(before)).toEqual([false, true, false, true])
  for (let seq = 3; seq < 600; seq++) expect(before(changed(seq))).toBe(false)
  expect(before(changed(599))).toBe(true)
})

test('a longer key is left out where a shorter one names it', () => {
  expect(merge([['case', 'a'], ['cases'], ['case', 'a'], ['case'], ['case', 'b', 'timeline']])).toEqual([
    ['cases'],
    ['case'],
  ])
})

test('only what is known is read', () => {
  expect(readNews(changed(1))).toEqual(changed(1))
  for (const broken of [
    null,
    1,
    'x',
    [],
    {},
    { type: 'case.changed' },
    { type: 'new.thing', id: 'x', at },
    { type: 'case.changed', id: 5, at },
  ])
    expect(readNews(broken)).toBeNull()
})

test('the channels of one’s own lists', () => {
  expect(ownChannels({ id: 'kim', role: 'customer' })).toEqual(['person:kim'])
  expect(ownChannels({ id: 's', role: 'merchant', merchant_id: 'm' })).toEqual(['person:s', 'shop:m'])
  expect(ownChannels({ id: 'a', role: 'agent', team_id: 't' })).toEqual(['person:a', 'team:t'])
  expect(ownChannels({ id: 'a', role: 'supervisor' })).toEqual(['person:a'])
  expect(ownChannels({ id: 'o', role: 'operator', team_id: 't' })).toEqual(['person:o', 'desk'])
  expect(ownChannels({ id: 'e', role: 'editor' })).toEqual(['person:e'])
})
