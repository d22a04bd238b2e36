import { expect, test } from 'vitest'
import { readable, since, soundAddress, standingOf } from './webhooks'

const now = Date.parse('2026-03-02T12:00:00Z')

test('how an endpoint stands', () => {
  expect(standingOf({ state: 'on' }, now)).toBe('on')
  expect(standingOf({ state: 'on', wait_until: '2026-03-02T12:05:00Z' }, now)).toBe('waits')
  expect(standingOf({ state: 'on', wait_until: '2026-03-02T11:55:00Z' }, now)).toBe('on')
  expect(standingOf({ state: 'off', why: 'failing', wait_until: '2026-03-02T12:05:00Z' }, now)).toBe('failing')
  expect(standingOf({ state: 'off' }, now)).toBe('person')
})

test('an address is https and has a host', () => {
  expect(['https://erp.example.com/hook', ' https://a.example.com '].every(soundAddress)).toBe(true)
  expect(['http://erp.example.com', 'https://localhost/x', 'erp.example.com', ''].some(soundAddress)).toBe(false)
})

test('a message is read in lines, and what is none of ours stays as it is', () => {
  expect(readable('{"type":"case.changed"}')).toBe('{\n  "type": "case.changed"\n}')
  expect(readable('not json')).toBe('not json')
})

test('since when everything is told again', () => {
  expect(since(3, now)).toBe('2026-02-27T12:00:00.000Z')
})
