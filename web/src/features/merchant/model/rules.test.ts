import { expect, test } from 'vitest'
import type { OwnRule } from '../api/shop'
import { draftOf, freeName, idle, lackOf, moved, ruleOf } from './rules'

const bounds = { kinds: ['return', 'exchange'], below: { minor: 50_000, currency: 'CNY' } }
const rule = (name: string, part: Partial<OwnRule> = {}): OwnRule => ({
  name,
  below: { minor: 5_000, currency: 'CNY' },
  enabled: true,
  ...part,
})

test('a new rule begins within the bounds, under a name that is free', () => {
  expect(freeName([rule('own_1'), rule('own_3')])).toBe('own_2')
  const draft = draftOf(undefined, [rule('own_1')], bounds)
  expect(draft).toMatchObject({ name: 'own_2', below: '100', give: 'agreement', enabled: true })
  expect(lackOf(draft, [rule('own_1')], bounds)).toBeUndefined()
  expect(draftOf(undefined, [], { ...bounds, below: { minor: 3_000, currency: 'CNY' } }).below).toBe('30')
})

test('a rule above the platform’s bound, with a name that is no code or taken, is not kept', () => {
  const draft = draftOf(undefined, [], bounds)
  expect(lackOf({ ...draft, below: '500' }, [], bounds)).toBeUndefined()
  expect(lackOf({ ...draft, below: '500.01' }, [], bounds)).toBe('beyond')
  expect(lackOf({ ...draft, below: 'x' }, [], bounds)).toBe('below')
  expect(lackOf({ ...draft, name: 'Own 1' }, [], bounds)).toBe('name')
  expect(lackOf({ ...draft, name: 'own_9' }, [rule('own_9')], bounds)).toBe('twice')
})

test('nothing chosen is left out: it stands for all', () => {
  const draft = draftOf(undefined, [], bounds)
  expect(ruleOf(draft)).toEqual({
    name: 'own_1',
    below: { minor: 10_000, currency: 'CNY' },
    give: 'agreement',
    enabled: true,
  })
  expect(ruleOf({ ...draft, kinds: ['return'], reasons: ['wrong_size'] })).toMatchObject({
    kinds: ['return'],
    reasons: ['wrong_size'],
  })
})

test('rules move by one place, and not beyond the ends', () => {
  const names = (rules: readonly OwnRule[]) => rules.map(({ name }) => name).join('')
  const all = [rule('a'), rule('b'), rule('c')]
  expect(names(moved(all, 2, -1))).toBe('acb')
  expect(names(moved(all, 0, 1))).toBe('bac')
})

test('a rule for kinds that the platform does not allow does nothing', () => {
  expect(idle(rule('a'), bounds)).toBe(false)
  expect(idle(rule('a', { kinds: ['repair', 'return'] }), bounds)).toBe(false)
  expect(idle(rule('a', { kinds: ['repair'] }), bounds)).toBe(true)
  expect(idle(rule('a'), { ...bounds, kinds: [] })).toBe(true)
})
