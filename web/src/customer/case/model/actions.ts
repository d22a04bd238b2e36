import type { Schemas } from '@/shared/api'
import type { Case } from '../queries'

export type Action = Schemas['Action']

/** What a customer can ask of a case, by the names in its actions. */
export const names = [
  'answer',
  'answer_offer',
  'edit',
  'escalate',
  'accept_refusal',
  'request_pickup',
  'send_back',
  'take_advance',
  'start_payment',
  'confirm_receipt',
  'report_problem',
  'reject_repair',
  'answer_quote',
  'choose',
  'answer_extension',
  'consent_rail',
  'answer_settlement',
  'propose_settlement',
  'add_evidence',
  'appeal',
  'rest',
  'agree_suspend',
  'suspend',
  'resume',
  'withdraw',
  'rate',
] as const
export type Name = (typeof names)[number]

const known = (name: string): name is Name => (names as readonly string[]).includes(name)

/**
 * Whether an action says anything to somebody in this case as it stands. The server tells which are possible in a stage; here fall out
 * those whose object is not there: an offer to answer that nobody made.
 */
export function speaks(one: Case, name: Name): boolean {
  const dispute = one.complaint
  const offer = dispute?.settlement
  switch (name) {
    case 'answer':
      return one.question !== undefined
    case 'answer_offer':
      return one.offer !== undefined
    case 'edit':
      return one.edits_left > 0
    case 'request_pickup':
      return !one.parcel && one.pickup !== 'ordering'
    case 'send_back':
      return !one.parcel?.last_scan
    case 'take_advance':
      return (
        one.kind === 'exchange' &&
        !one.exchange?.advance &&
        !one.exchange?.to_refund &&
        !one.parcel &&
        one.payment?.purpose !== 'deposit'
      )
    case 'start_payment':
      return one.payment?.state === 'waiting'
    case 'confirm_receipt':
      return one.delivery?.parcel !== undefined && !one.delivery.confirmed
    case 'report_problem':
    case 'reject_repair':
      return one.delivery?.delivered_at !== undefined && !one.delivery.confirmed
    case 'answer_extension':
      return one.extension !== undefined
    case 'consent_rail':
      return one.refund?.waits_for === 'customer_consent'
    case 'answer_settlement':
      return offer?.accepted === false && offer.by !== 'customer'
    case 'propose_settlement':
      return dispute?.subject === 'goods' && !offer?.accepted
    case 'rest':
      return (
        dispute !== undefined &&
        !dispute.rested.includes('customer') &&
        (one.stage !== 'appeal_window' || mayAppeal(one)) &&
        !(one.stage === 'supplement' && dispute.supplement?.of !== 'customer')
      )
    case 'appeal':
      return mayAppeal(one)
    case 'agree_suspend':
      return dispute?.suspension !== undefined && !dispute.suspension.running && dispute.suspension.by !== 'customer'
    case 'suspend':
      return dispute !== undefined && dispute.suspension === undefined
    case 'resume':
      return dispute?.suspension?.running === true && !dispute.suspension.papers
    default:
      return true
  }
}

/** Whether the judgment went against the customer, who has not appealed before. */
export function mayAppeal(one: Case): boolean {
  if (!one.complaint?.judgment) return false
  const { claim, judgment, appeals } = one.complaint
  const nothing = claim.minor <= 0 && judgment.amount.minor <= 0 && judgment.remedies.length === 0
  return (judgment.amount.minor < claim.minor || nothing) && !appeals.some((appeal) => appeal.by === 'customer')
}

/** What stands at the foot of the screen, the most natural thing to do last, where the thumb is. */
export interface Offered {
  readonly name: Name
  /** One half of an answer that is yes or no. */
  readonly say?: 'yes' | 'no'
  readonly main: boolean
}

const order: readonly (readonly Offered[])[] = [
  [{ name: 'answer', main: true }],
  [
    { name: 'answer_offer', say: 'no', main: false },
    { name: 'answer_offer', say: 'yes', main: true },
  ],
  [
    { name: 'answer_quote', say: 'no', main: false },
    { name: 'answer_quote', say: 'yes', main: true },
  ],
  [
    { name: 'answer_settlement', say: 'no', main: false },
    { name: 'answer_settlement', say: 'yes', main: true },
  ],
  [{ name: 'start_payment', main: true }],
  [
    { name: 'send_back', main: false },
    { name: 'request_pickup', main: true },
  ],
  [{ name: 'send_back', main: true }],
  [{ name: 'choose', main: true }],
  [{ name: 'consent_rail', main: true }],
  [
    { name: 'escalate', main: false },
    { name: 'edit', main: true },
  ],
  [{ name: 'escalate', main: true }],
  [
    { name: 'reject_repair', main: false },
    { name: 'confirm_receipt', main: true },
  ],
  [
    { name: 'report_problem', main: false },
    { name: 'confirm_receipt', main: true },
  ],
  [{ name: 'confirm_receipt', main: true }],
  [
    { name: 'rest', main: false },
    { name: 'appeal', main: true },
  ],
]

/** Where a dispute waits for the customer's word, evidence comes first, then an offer. */
const disputed: readonly (readonly Offered[])[] = [
  [
    { name: 'propose_settlement', main: false },
    { name: 'add_evidence', main: true },
  ],
  [{ name: 'add_evidence', main: true }],
]

export const enabled = (one: Case, name: Name): boolean =>
  one.actions.some((action) => action.name === name && action.enabled) && speaks(one, name)

/** The actions at the foot: those that are waited for now. */
export function footOf(one: Case): readonly Offered[] {
  if (!one.open) return []
  const turns = disputing(one) ? [...order, ...disputed] : order
  const found = turns.find((row) => row.every(({ name }) => enabled(one, name)))
  // A parcel is on its way: that its number can still be corrected is nobody's next step, unless it is doubted.
  if (found?.length === 1 && found[0]?.name === 'send_back' && one.parcel && !one.parcel.suspect) return []
  // A replacement that is still on its way can be confirmed, but that is not what one waits for.
  if (found?.length === 1 && found[0]?.name === 'confirm_receipt' && !one.delivery?.delivered_at) return []
  return found ?? []
}

const disputing = (one: Case) =>
  ['settle', 'complaint_evidence', 'supplement'].includes(one.stage) && one.kind === 'complaint'

/** What else can be done, and what cannot and why, in a fixed order. Taking it back comes last. */
export function others(one: Case): readonly (Action & { name: Name })[] {
  const foot = new Set(footOf(one).map(({ name }) => name))
  const found = one.actions.filter(
    (action): action is Action & { name: Name } =>
      known(action.name) && action.name !== 'rate' && !foot.has(action.name),
  )
  return found
    .filter((action) => (action.enabled ? speaks(one, action.name) : worthSaying(one, action)))
    .sort((a, b) => Number(b.enabled) - Number(a.enabled) || names.indexOf(a.name) - names.indexOf(b.name))
}

/** Of what is not possible, a customer misses only these: taking it back, the platform's help, another parcel, more evidence. */
function worthSaying(one: Case, action: Action): boolean {
  if (!one.open) return false
  if (['withdraw', 'add_evidence'].includes(action.name)) return true
  if (action.name === 'escalate') return one.kind !== 'complaint' && !one.complaint_id
  return action.name === 'edit' && one.stage === 'refused'
}
