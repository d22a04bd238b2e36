import type { Schemas } from '@/shared/api'
import type { Tone } from '@/shared/words/tone'

type Entry = Schemas['Entry']

const tones: readonly (readonly [RegExp, Tone])[] = [
  [
    /^(refused|offer_declined|details_closed|problem_reported|delivery_failed|refund_blocked|pickup_failed|approval_rejected|evidence_rejected|waybill_(refused|suspect)|parcel_(bounced|unknown|stalled)|not_|cannot_|out_of_stock|balance_short|difference_)/,
    'bad',
  ],
  [
    /^(agreed|auto_agreed|refunded|paid|payment_received|payment_returned|price_protected|replaced|repaired|receipt_confirmed|settlement_accepted|parcel_delivered|inspected|intercepted|approved|insurance_paid)/,
    'good',
  ],
  [
    /^(complaint_opened|review_|judged|proposed|appeal|executed|escalated|evidence_asked|supplement|case_(opened|decided)|suspend|resumed|approval_|help_needed)/,
    'review',
  ],
  [
    /^(asked|offered|offer_made|extension_asked|payment_asked|choice_given|diagnosed|settlement_proposed|merchant_silent)/,
    'act',
  ],
]

export const toneOfEvent = (event: string): Tone => tones.find(([pattern]) => pattern.test(event))?.[1] ?? 'quiet'

export interface Shown {
  amount?: number
  words?: string
  evidence: readonly string[]
  parcel?: string
  due?: string
}

const string = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

/** What was said, shown or given with what happened; what the reader may not see is left out by the server. */
export function shownOf({ data = {} }: Entry, texts: Readonly<Record<string, string>>): Shown {
  const words = string(data['text'])
  const number = string(data['number'])
  const shown: Shown = {
    evidence: Array.isArray(data['evidence']) ? data['evidence'].filter((id) => typeof id === 'string') : [],
  }
  if (typeof data['amount'] === 'number' && data['amount'] > 0) shown.amount = data['amount']
  if (words && texts[words]) shown.words = texts[words]
  if (number) shown.parcel = [string(data['carrier']), number].filter(Boolean).join(' ')
  const due = string(data['due_at'])
  if (due) shown.due = due
  return shown
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
