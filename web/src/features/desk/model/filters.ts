import type { Filters } from '@/features/case/parts'

const platformTabs = ['mine', 'none', 'team', 'ended'] as const
const shopTabs = ['waiting', 'team', 'ended'] as const
export type Tab = (typeof platformTabs | typeof shopTabs)[number]

/** Which parts of their cases somebody of a role looks at. */
export const tabsOf = (role: string): readonly Tab[] => (role === 'merchant' ? shopTabs : platformTabs)

/** The part that the address names, or where the role begins. */
export const tabOf = (named: string | undefined, role: string): Tab =>
  tabsOf(role).find((each) => each === named) ?? (role === 'agent' ? 'mine' : 'team')

export const kinds = ['return', 'refund_only', 'exchange', 'repair', 'price_protection', 'complaint']

export const stages = [
  'details_help',
  'review',
  'approval',
  'appeal_review',
  'supplement',
  'complaint_evidence',
  'settle',
  'suspended',
  'merchant_answer',
  'offer',
  'refused',
  'send_back',
  'in_transit',
  'inspection',
  'difference',
  'refund',
  'dispute',
  'intercept',
  'prove_delivery',
  'pay',
  'ship',
  'confirm',
  'diagnosis',
  'repair',
  'execute',
  'appeal_window',
]

export const waitedFor = ['platform', 'customer', 'merchant', 'carrier'] as const

interface View {
  tab?: string
  kind?: string
  stage?: string
  waiting?: string
  number?: string
  sort?: string
}

/** The least that a number is asked for by. */
const shortest = 4

/** What the API is asked for, from what the address says. Whatever the address says that is no filter is left out. */
export function filtersOf(view: View, role: string): Filters {
  const tab = tabOf(view.tab, role)
  const waiting = waitedFor.find((each) => each === view.waiting)
  return {
    open: tab === 'ended' ? 'false' : 'true',
    ...(tab === 'mine' ? { agent: 'me' } : tab === 'none' ? { agent: 'none' } : {}),
    ...(view.kind && kinds.includes(view.kind) ? { kind: view.kind } : {}),
    ...(view.stage && stages.includes(view.stage) ? { stage: view.stage } : {}),
    ...(tab === 'waiting' ? { waiting_for: 'merchant' } : waiting ? { waiting_for: waiting } : {}),
    ...(view.number && view.number.length >= shortest ? { number: view.number } : {}),
    sort: tab === 'ended' || view.sort === 'newest' ? 'newest' : 'due',
  }
}
