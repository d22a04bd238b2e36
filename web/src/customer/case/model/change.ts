import type { Case } from '../queries'

/** What is different now from when somebody looked, for whoever decided on something that has changed meanwhile. */
export type Change =
  | { what: 'stage'; before: string; now: string }
  | { what: 'outcome'; now: string }
  | { what: 'amount' | 'offer' | 'payment' | 'settlement'; before: number | null; now: number | null }
  | { what: 'due'; before: string | null; now: string | null }
  | { what: 'answer'; now: string }
  | { what: 'other' }

export function changes(before: Case, now: Case): readonly Change[] {
  const found: Change[] = []
  if (before.open && !now.open) found.push({ what: 'outcome', now: now.words.outcome ?? now.words.stage })
  else if (before.stage !== now.stage) found.push({ what: 'stage', before: before.words.stage, now: now.words.stage })
  const amounts = [
    ['amount', before.amount, now.amount],
    ['offer', before.offer?.amount, now.offer?.amount],
    ['payment', before.payment?.amount, now.payment?.amount],
    ['settlement', standing(before), standing(now)],
  ] as const
  for (const [what, then, later] of amounts) {
    if (then?.minor !== later?.minor) found.push({ what, before: then?.minor ?? null, now: later?.minor ?? null })
  }
  if (now.merchant_answer && before.merchant_answer?.decision !== now.merchant_answer.decision) {
    found.push({ what: 'answer', now: now.merchant_answer.decision })
  }
  if (now.open && before.stage === now.stage && before.due_at !== now.due_at) {
    found.push({ what: 'due', before: before.due_at ?? null, now: now.due_at ?? null })
  }
  return found.length > 0 ? found : [{ what: 'other' }]
}

const standing = (one: Case) => (one.complaint?.settlement?.accepted ? undefined : one.complaint?.settlement?.amount)
