import type { Overview, PartnerHealth } from '../api/standing'

/** What wants a person's eye, the gravest first. `n` is how many. */
export interface Concern {
  what: 'overdue' | 'blocked' | 'discrepancies' | 'alarms' | 'partner' | 'job' | 'backlog'
  n: number
  /** Which partner, job or reader it is about. */
  name?: string
  /** How grave: red or amber. */
  tone: 'bad' | 'act'
  /** Where something can be done about it. */
  to?: string
}

/** How far behind a reader of the events may be before it is a concern. */
const mostWaiting = 100
const longestWait = 60_000

/** From the figures, what somebody must look at. Nothing when all is well. */
export function concernsOf(
  found: Overview,
  partners: readonly PartnerHealth[],
  now: number = new Date(found.at).getTime(),
): readonly Concern[] {
  const all: Concern[] = []
  const add = (what: Concern['what'], n: number, tone: Concern['tone'], to?: string) => {
    if (n > 0) all.push({ what, n, tone, ...(to ? { to } : {}) })
  }
  add('alarms', found.alarms_open, 'bad', '/alarms')
  add('overdue', found.overdue, 'bad', '/cases?tab=team&sort=due')
  add('blocked', found.refunds_blocked, 'bad', '/cases?tab=team&stage=refund')
  add('discrepancies', found.discrepancies_open, 'bad', '/discrepancies')
  for (const { partner, state, failures } of partners) {
    if (state === 'down') all.push({ what: 'partner', n: failures, name: partner, tone: 'bad', to: '/partners' })
    else if (state === 'failing')
      all.push({ what: 'partner', n: failures, name: partner, tone: 'act', to: '/partners' })
  }
  for (const { consumer, waiting, oldest_at } of found.outbox) {
    const late = oldest_at !== undefined && now - new Date(oldest_at).getTime() > longestWait
    if (waiting > mostWaiting || late) all.push({ what: 'backlog', n: waiting, name: consumer, tone: 'act' })
  }
  for (const { name, failures_in_row } of found.jobs) {
    if (failures_in_row > 0) all.push({ what: 'job', n: failures_in_row, name, tone: 'act' })
  }
  return all.sort((a, b) => Number(b.tone === 'bad') - Number(a.tone === 'bad'))
}

export interface KindRow {
  kind: string
  n: number
  stages: readonly { stage: string; n: number }[]
}

/** Open cases by kind, the most first, each with its stages, the most first. */
export function kindsOf(counts: readonly { kind: string; state?: string; n: number }[]): readonly KindRow[] {
  const kinds = new Map<string, { stage: string; n: number }[]>()
  for (const { kind, state, n } of counts) kinds.set(kind, [...(kinds.get(kind) ?? []), { stage: state ?? '', n }])
  return [...kinds]
    .map(([kind, stages]) => ({
      kind,
      n: stages.reduce((sum, one) => sum + one.n, 0),
      stages: stages.toSorted((a, b) => b.n - a.n),
    }))
    .sort((a, b) => b.n - a.n)
}
