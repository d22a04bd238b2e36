/** What the audit trail is asked for. */
export interface Filters {
  actor?: string
  action?: string
  kind?: string
  thing?: string
  outcome?: 'done' | 'refused' | 'failed'
  from?: string
  to?: string
}

export const outcomes = ['done', 'refused', 'failed'] as const

/** The first part of an action's name: what it is about. Chosen as a filter it stands for all below it. */
export const areas = [
  'sign_in',
  'session',
  'account',
  'factor',
  'staff',
  'team',
  'case',
  'evidence',
  'merchant',
  'customer',
  'deadline',
  'pack',
  'keys',
  'key',
  'audit',
  'privacy',
  'consent',
  'erasure',
  'hold',
  'reconcile',
  'alarm',
] as const

interface View {
  actor?: string
  action?: string
  kind?: string
  thing?: string
  outcome?: string
  from?: string
  to?: string
}

const day = /^\d{4}-\d{2}-\d{2}$/

/** A day of the address as the moment at which it begins here, `later` days on. */
function begin(text: string, later: number): string | undefined {
  if (!day.test(text)) return undefined
  const [year = 0, month = 0, date = 0] = text.split('-').map(Number)
  const at = new Date(year, month - 1, date + later)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}

/**
 * What the API is asked for, from what the address says. A day counts whole: `to` is the day that is still in it. An area that is chosen alone
 * asks for all below it. What is no filter is left out.
 */
export function filtersOf(view: View): Filters {
  const action = view.action?.trim()
  const outcome = outcomes.find((one) => one === view.outcome)
  const from = view.from && begin(view.from, 0)
  const to = view.to && begin(view.to, 1)
  return {
    ...(view.actor?.trim() ? { actor: view.actor.trim() } : {}),
    ...(action ? { action: areas.some((area) => area === action) ? `${action}.` : action } : {}),
    ...(view.kind?.trim() ? { kind: view.kind.trim() } : {}),
    ...(view.thing?.trim() ? { thing: view.thing.trim() } : {}),
    ...(outcome ? { outcome } : {}),
    ...(from ? { from } : {}),
    ...(to && (!from || from < to) ? { to } : {}),
  }
}

interface Part {
  whole: boolean
  done: boolean
  checked: number
  before: number
  total: number
  chains: number
  findings: readonly Finding[]
  next?: string
  heads: readonly Head[]
}

export interface Finding {
  chain: string
  seq: number
  problem: string
}

export interface Head {
  chain: string
  seq: number
  noted_seq: number
  noted_ago_seconds?: number
  unanchored: number
}

/** How far a verification is, and what it found so far. */
export interface Verification {
  done: boolean
  checked: number
  total: number
  chains: number
  findings: readonly Finding[]
  /** Entries that are noted beside the keys nowhere yet. */
  unanchored: number
  /** Of the chain that was noted longest ago and has entries since; seconds. */
  notedAgo: number | undefined
}

/** Takes a part in. The heads come with the first part only. */
export function verified(before: Verification | null, part: Part): Verification {
  const open = part.heads.filter((head) => head.unanchored > 0)
  const ages = open.flatMap((head) => (head.noted_ago_seconds === undefined ? [] : [head.noted_ago_seconds]))
  return {
    done: part.done,
    checked: part.before + part.checked,
    total: Math.max(part.total, part.before + part.checked),
    chains: part.chains,
    findings: [...(before?.findings ?? []), ...part.findings],
    unanchored: before?.unanchored ?? open.reduce((sum, head) => sum + head.unanchored, 0),
    notedAgo: before ? before.notedAgo : ages.length > 0 ? Math.max(...ages) : undefined,
  }
}
