import { parseYuan, yuanOf } from '@/shared/money'

/** What people who work may be, what goes together, and what of it is sent. */

export const roles = ['agent', 'supervisor', 'operator', 'editor', 'merchant'] as const
export type Role = (typeof roles)[number]

/** Agents and supervisors belong to a team; they and operators decide up to a limit; owners are a shop's. */
export const onTeam = (role: Role) => role === 'agent' || role === 'supervisor'
export const decides = (role: Role) => onTeam(role) || role === 'operator'

/** What is typed and chosen in a form. */
export interface Draft {
  name: string
  role: Role
  team: string
  /** Yuan, as typed; empty: nothing may be decided alone. */
  limit: string
  shop: string
  owner: boolean
}

export const fresh: Draft = { name: '', role: 'agent', team: '', limit: '', shop: '', owner: false }

interface Standing {
  role: Role
  owner: boolean
  team_id?: string
  limit?: { minor: number }
  merchant_id?: string
  name?: string
}

/** The form of somebody as they stand. */
export const draftOf = (one: Standing): Draft => ({
  name: one.name ?? '',
  role: one.role,
  team: one.team_id ?? '',
  limit: one.limit ? yuanOf(one.limit.minor) : '',
  shop: one.merchant_id ?? '',
  owner: one.owner,
})

export type Missing = 'name' | 'limit' | 'shop'

/** What is wrong with a form before it can be sent: the fields. */
export function missingOf(draft: Draft, inviting: boolean): readonly Missing[] {
  const wrong: Missing[] = []
  if (inviting && !draft.name.trim()) wrong.push('name')
  if (inviting && draft.role === 'merchant' && !draft.shop) wrong.push('shop')
  if (decides(draft.role) && draft.limit.trim() && parseYuan(draft.limit) === null) wrong.push('limit')
  return wrong
}

const limitOf = (draft: Draft) => ({
  minor: decides(draft.role) && draft.limit.trim() ? (parseYuan(draft.limit) ?? 0) : 0,
  currency: 'CNY' as const,
})

/** What an invitation sends: only what fits the role. */
export function inviteeOf(draft: Draft) {
  return {
    role: draft.role,
    name: draft.name.trim(),
    ...(draft.role === 'merchant' ? { merchant_id: draft.shop, ...(draft.owner ? { owner: true } : {}) } : {}),
    ...(onTeam(draft.role) && draft.team ? { team_id: draft.team } : {}),
    ...(decides(draft.role) ? { limit: limitOf(draft) } : {}),
  }
}

/**
 * What a change sends: only what is otherwise than before. Whoever gets a role that has no team or limit loses theirs in the same step, because
 * the server takes only what goes together. Nothing, when all is as it was.
 */
export function rightsOf(before: Standing, draft: Draft) {
  const team = onTeam(draft.role) ? draft.team : ''
  const limit = limitOf(draft)
  const owner = draft.role === 'merchant' && draft.owner
  const rights = {
    ...(draft.role !== before.role ? { role: draft.role } : {}),
    ...(team !== (before.team_id ?? '') ? { team_id: team } : {}),
    ...(limit.minor !== (before.limit?.minor ?? 0) ? { limit } : {}),
    ...(owner !== before.owner ? { owner } : {}),
  }
  return Object.keys(rights).length > 0 ? rights : null
}
