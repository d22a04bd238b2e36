import type { Schemas } from '@/shared/api'
import type { Tone } from '@/shared/words/tone'

export type Entry = Schemas['Entry']

export const lastSeq = (entries: readonly Entry[]): number => entries.at(-1)?.seq ?? 0

/** Adds a page to what is known: each entry once, in order, whatever came twice or late. */
export function merged(known: readonly Entry[], page: readonly Entry[]): readonly Entry[] {
  const bySeq = new Map(known.map((entry) => [entry.seq, entry]))
  for (const entry of page) bySeq.set(entry.seq, entry)
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq)
}

/** What an entry shows besides its sentence. */
export interface Shown {
  readonly amount?: number
  readonly words?: string
  readonly evidence: readonly string[]
  readonly parcel?: { readonly carrier?: string; readonly number: string }
  readonly due?: string
  readonly caseID?: string
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/** What was said, shown or given with what happened; what the reader may not see is left out by the server. */
export function shownOf(entry: Entry, texts: Readonly<Record<string, string>>): Shown {
  const data = entry.data ?? {}
  const amount = typeof data['amount'] === 'number' && data['amount'] > 0 ? data['amount'] : undefined
  const words = text(data['text'])
  const number = text(data['number'])
  const carrier = text(data['carrier'])
  const due = text(data['due_at'])
  const caseID = entry.event === 'case_opened' || entry.event === 'case_decided' ? text(data['case_id']) : undefined
  return {
    ...(amount !== undefined ? { amount } : {}),
    ...(words && texts[words] ? { words: texts[words] } : {}),
    evidence: Array.isArray(data['evidence']) ? data['evidence'].filter((id) => typeof id === 'string') : [],
    ...(number ? { parcel: { number, ...(carrier ? { carrier } : {}) } } : {}),
    ...(due ? { due } : {}),
    ...(caseID ? { caseID } : {}),
  }
}

/** What a reader wants to find at a glance stands out; the small steps of the program in between do not. */
const small = new Set([
  'answered',
  'approved_by_rule',
  'refunding',
  'refund_spaced',
  'parcel_moved',
  'outbound_moved',
  'stock_reserved',
  'stock_released',
  'payment_started',
  'approval_void',
  'approval_escalated',
  'refund_retried',
  'parcel_not_watched',
])

export const isSmall = (entry: Entry): boolean => small.has(entry.event)

const tones: readonly (readonly [RegExp, Tone])[] = [
  [
    /^(merchant_refused|offer_declined|quote_declined|settlement_declined|suspension_declined|approval_rejected|extension_refused|details_closed|problem_reported|repair_rejected|refund_blocked|pickup_failed|waybill_|not_|cannot_|out_of_stock|balance_short|difference_reported|evidence_rejected|insurance_refused)|(_bounced|_unknown|_stalled|_failed|_lost|_impossible)$/,
    'bad',
  ],
  [
    /^(merchant_agreed|auto_agreed|refunded|paid|payment_received|approved|payment_returned|price_protected|replaced|repaired|receipt_confirmed|inspected|intercepted|remedies_granted)$|(_accepted|_delivered|_paid)$/,
    'good',
  ],
  [
    /^(complaint_opened|review_|judged|proposed|approval_|appeal|executed|carried_out|escalated|evidence_asked|supplement|case_|suspen|resumed|already_judged)/,
    'review',
  ],
  [
    /^(asked|merchant_offered|merchant_asked|merchant_silent|extension_asked|payment_asked|choice_given|diagnosed|settlement_proposed|help_needed)$/,
    'act',
  ],
]

export const toneOf = (entry: Entry): Tone => tones.find(([pattern]) => pattern.test(entry.event))?.[1] ?? 'quiet'

/** The scans of a parcel among what happened, the newest first. */
export function scansOf(entries: readonly Entry[], number: string): readonly Entry[] {
  const scan =
    /^(parcel_|outbound_(moved|delivered|returned|turned)|waybill_|carrier_claim|sent_back$|shipped$|pickup_ordered$|delivery_failed$)/
  return entries.filter((entry) => scan.test(entry.event) && entry.data?.['number'] === number).toReversed()
}

/** The same again and again, with nothing to it, is one line: the latest, and how often it happened. */
export function folded(entries: readonly Entry[]): readonly (Entry & { times: number })[] {
  const lines: (Entry & { times: number })[] = []
  for (const entry of entries) {
    const before = lines.at(-1)
    const same = before?.event === entry.event && before.by === entry.by && before.by_id === entry.by_id
    const bare = shownOf(entry, {})
    if (same && bare.amount === undefined && bare.evidence.length === 0 && !bare.parcel && !entry.data?.['text']) {
      lines[lines.length - 1] = { ...entry, times: before.times + 1 }
    } else {
      lines.push({ ...entry, times: 1 })
    }
  }
  return lines
}
