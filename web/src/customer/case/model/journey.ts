import type { Case } from '../queries'

/** The milestones of a case from its request to its end, by kind: where it is, at a glance. */
export type Milestone =
  | 'asked'
  | 'answered'
  | 'sent'
  | 'checked'
  | 'refunded'
  | 'shipped'
  | 'arrived'
  | 'mended'
  | 'heard'
  | 'judged'
  | 'done'

export interface Journey {
  readonly steps: readonly Milestone[]
  /** The one that is under way; the number of steps, when all are behind. */
  readonly at: number
  /** It ended early: the steps are only those that happened. */
  readonly broken: boolean
}

const first: Record<string, Milestone> = {
  checking: 'asked',
  details: 'asked',
  details_help: 'asked',
  merchant_answer: 'answered',
  offer: 'answered',
  refused: 'answered',
  prove_delivery: 'answered',
  intercept: 'sent',
  pay: 'answered',
  send_back: 'sent',
  in_transit: 'sent',
  inspection: 'checked',
  difference: 'checked',
  diagnosis: 'checked',
  repair_quote: 'checked',
  choice: 'checked',
  repair: 'mended',
  ship: 'shipped',
  confirm: 'arrived',
  refund: 'refunded',
  approval: 'refunded',
}

const dispute: Record<string, Milestone> = {
  checking: 'asked',
  details: 'asked',
  details_help: 'asked',
  settle: 'asked',
  complaint_evidence: 'heard',
  supplement: 'heard',
  suspended: 'heard',
  review: 'judged',
  approval: 'judged',
  appeal_review: 'judged',
  execute: 'done',
  send_back: 'done',
  in_transit: 'done',
  inspection: 'done',
  difference: 'done',
  refund: 'done',
  appeal_window: 'done',
}

const good = new Set([
  'refunded',
  'partly_refunded',
  'exchanged',
  'repaired',
  'price_protected',
  'settled',
  'upheld',
  'partly_upheld',
  'dismissed',
  'resolved',
])

type Facts = Pick<
  Case,
  | 'kind'
  | 'stage'
  | 'open'
  | 'outcome'
  | 'exchange'
  | 'outbound'
  | 'merchant_answer'
  | 'child'
  | 'parcel'
  | 'inspection'
  | 'repair'
  | 'delivery'
  | 'complaint'
>

export function journeyOf(one: Facts): Journey {
  const steps = stepsOf(one)
  if (!one.open) {
    if (good.has(one.outcome ?? '')) return { steps, at: steps.length, broken: false }
    const behind = steps.filter((step) => happened(one, step))
    return { steps: behind, at: behind.length, broken: true }
  }
  // While another case decides, this one stands where it stood.
  const stage = one.stage === 'dispute' ? (one.child?.stage ?? one.stage) : one.stage
  const milestone = (one.kind === 'complaint' ? dispute : first)[stage] ?? steps[0]
  const at = steps.findIndex((step) => step === milestone)
  return { steps, at: at < 0 ? Math.min(1, steps.length - 1) : at, broken: false }
}

/** What a case that ended early has behind it. */
function happened(one: Facts, step: Milestone): boolean {
  switch (step) {
    case 'asked':
      return true
    case 'answered':
      return one.merchant_answer !== undefined
    case 'sent':
      return one.parcel !== undefined
    case 'checked':
      return one.inspection !== undefined || one.repair?.fault !== undefined
    case 'mended':
      return one.repair?.done === true
    case 'shipped':
      return one.delivery?.parcel !== undefined
    case 'judged':
      return one.complaint?.judgment !== undefined
    default:
      return false
  }
}

function stepsOf(one: Facts): readonly Milestone[] {
  switch (one.kind) {
    case 'exchange':
      return one.exchange?.to_refund
        ? ['asked', 'answered', 'sent', 'checked', 'refunded']
        : ['asked', 'answered', 'sent', 'checked', 'shipped', 'arrived']
    case 'repair':
      return ['asked', 'answered', 'sent', 'checked', 'mended', 'shipped', 'arrived']
    case 'price_protection':
      return ['asked', 'refunded']
    case 'complaint':
      return ['asked', 'heard', 'judged', 'done']
    case 'refund_only':
      return one.outbound?.way === 'intercept'
        ? ['asked', 'answered', 'sent', 'refunded']
        : ['asked', 'answered', 'refunded']
    default:
      return one.merchant_answer?.keep_goods
        ? ['asked', 'answered', 'refunded']
        : ['asked', 'answered', 'sent', 'checked', 'refunded']
  }
}
