import type { Schemas } from '@/shared/api'

type Case = Schemas['Case']

type Sum = 'amount' | 'offer' | 'payment' | 'settlement' | 'proposal'

/** What decisions on a case rest on: amounts in fen, a time, or words in the reader's language. */
export type Fact =
  | { what: 'stage' | 'outcome'; words: string }
  | { what: Sum; minor: number }
  | { what: 'answer'; code: string }
  | { what: 'due'; at: string }
  | { what: 'rested'; sides: readonly string[] }

/** What there is to know of a case before one decides. */
export function factsOf(one: Case): readonly Fact[] {
  const settlement = one.complaint?.settlement?.accepted ? undefined : one.complaint?.settlement?.amount
  const rested = one.complaint?.rested ?? []
  const amounts = [
    ['amount', one.amount],
    ['offer', one.offer?.amount],
    ['payment', one.payment?.amount],
    ['settlement', settlement],
    ['proposal', one.approval?.amount],
  ] as const
  return [
    one.open
      ? { what: 'stage', words: one.words.stage }
      : { what: 'outcome', words: one.words.outcome ?? one.words.stage },
    ...amounts.flatMap(([what, sum]) => (sum ? [{ what, minor: sum.minor }] : [])),
    ...(one.merchant_answer ? [{ what: 'answer' as const, code: one.merchant_answer.decision }] : []),
    ...(one.due_at ? [{ what: 'due' as const, at: one.due_at }] : []),
    ...(rested.length > 0 ? [{ what: 'rested' as const, sides: rested }] : []),
  ]
}

/** What is different now from when somebody looked, for whoever decided on something that has changed meanwhile. */
export type Change =
  | { what: 'stage'; before: string; now: string }
  | { what: 'outcome'; now: string }
  | { what: Sum; before: number | null; now: number | null }
  | { what: 'due'; before: string | null; now: string | null }
  | { what: 'answer'; now: string }
  | { what: 'other' }

const sums: readonly Sum[] = ['amount', 'offer', 'payment', 'settlement', 'proposal']

export function changes(before: Case, now: Case): readonly Change[] {
  const [then, later] = [factsOf(before), factsOf(now)]
  const found: Change[] = []
  if (before.open && !now.open) found.push({ what: 'outcome', now: now.words.outcome ?? now.words.stage })
  else if (before.stage !== now.stage) found.push({ what: 'stage', before: before.words.stage, now: now.words.stage })
  for (const what of sums) {
    const [was, is] = [minorOf(then, what), minorOf(later, what)]
    if (was !== is) found.push({ what, before: was, now: is })
  }
  if (now.merchant_answer && before.merchant_answer?.decision !== now.merchant_answer.decision) {
    found.push({ what: 'answer', now: now.merchant_answer.decision })
  }
  if (now.open && before.stage === now.stage && before.due_at !== now.due_at) {
    found.push({ what: 'due', before: before.due_at ?? null, now: now.due_at ?? null })
  }
  return found.length > 0 ? found : [{ what: 'other' }]
}

function minorOf(facts: readonly Fact[], what: Sum): number | null {
  const fact = facts.find((each) => each.what === what)
  return fact && 'minor' in fact ? fact.minor : null
}
