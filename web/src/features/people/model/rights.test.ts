import { expect, test } from 'vitest'
import { draftOf, fresh, inviteeOf, missingOf, rightsOf } from './rights'

const agent = { role: 'agent', owner: false, team_id: 't-1', limit: { minor: 50_000 }, name: 'Ann' } as const

test('an invitation sends only what fits the role', () => {
  const all = { name: ' Li ', team: 't-1', limit: '1,200.5', shop: 's-1', owner: true }
  expect(inviteeOf({ ...all, role: 'agent' })).toEqual({
    role: 'agent',
    name: 'Li',
    team_id: 't-1',
    limit: { minor: 120_050, currency: 'CNY' },
  })
  expect(inviteeOf({ ...all, role: 'merchant' })).toEqual({
    role: 'merchant',
    name: 'Li',
    merchant_id: 's-1',
    owner: true,
  })
  expect(inviteeOf({ ...all, role: 'editor' })).toEqual({ role: 'editor', name: 'Li' })
  expect(inviteeOf({ ...all, role: 'operator', limit: '' })).toEqual({
    role: 'operator',
    name: 'Li',
    limit: { minor: 0, currency: 'CNY' },
  })
})

test('what is missing is named, and only where it counts', () => {
  expect(missingOf(fresh, true)).toEqual(['name'])
  expect(missingOf({ ...fresh, name: 'Li', role: 'merchant' }, true)).toEqual(['shop'])
  expect(missingOf({ ...fresh, name: 'Li', limit: 'much' }, true)).toEqual(['limit'])
  expect(missingOf({ ...fresh, name: 'Li', role: 'editor', limit: 'much' }, true)).toEqual([])
  expect(missingOf({ ...fresh, role: 'merchant' }, false)).toEqual([])
})

test('a change sends only what is otherwise', () => {
  const draft = draftOf(agent)
  expect(rightsOf(agent, draft)).toBeNull()
  expect(rightsOf(agent, { ...draft, limit: '800' })).toEqual({ limit: { minor: 80_000, currency: 'CNY' } })
  expect(rightsOf(agent, { ...draft, team: '' })).toEqual({ team_id: '' })
  expect(rightsOf(agent, { ...draft, role: 'supervisor' })).toEqual({ role: 'supervisor' })
})

test('a role without team and limit takes them away in the same step', () => {
  expect(rightsOf(agent, { ...draftOf(agent), role: 'editor' })).toEqual({
    role: 'editor',
    team_id: '',
    limit: { minor: 0, currency: 'CNY' },
  })
  expect(rightsOf(agent, { ...draftOf(agent), role: 'operator' })).toEqual({ role: 'operator', team_id: '' })
})

test('who is an owner of a shop stays in it, and may lose that', () => {
  const owner = { role: 'merchant', owner: true, merchant_id: 's-1' } as const
  expect(rightsOf(owner, { ...draftOf(owner), owner: false })).toEqual({ owner: false })
})
