import { expect, test } from 'vitest'
import { addressOf, fieldsOf, queryOf, sameQuery, withField } from './fields'

test('a query holds fields that there are, with values that they have', () => {
  expect(fieldsOf('state=open&whose=mine&priority=soon&colour=red&agent_id=st-1')).toEqual({
    state: 'open',
    whose: 'mine',
    agent_id: 'st-1',
  })
})

test('the same filter is the same text, whatever the order in which it was put together', () => {
  expect(queryOf({ whose: 'free', state: 'queued' })).toBe('state=queued&whose=free')
  expect(sameQuery('whose=free&state=queued', 'state=queued&whose=free&nonsense=1')).toBe(true)
  expect(sameQuery('whose=free', 'whose=mine')).toBe(false)
})

test('a field is put in, changed and taken out again', () => {
  const once = withField('', 'priority', 'urgent')
  expect(once).toBe('priority=urgent')
  expect(withField(once, 'priority', 'low')).toBe('priority=low')
  expect(withField(once, 'priority', undefined)).toBe('')
})

test('with a tag the last begun come first: there is no order by waiting', () => {
  expect(withField('sort=waiting', 'tag_id', 't-1')).toBe('tag_id=t-1')
})

test('its address brings the whole query along', () => {
  const address = addressOf('state=open&whose=mine')
  expect(new URLSearchParams(address.split('?')[1]).get('q')).toBe('state=open&whose=mine')
})
