import type { Case } from '../queries'
import type { Entry } from './timeline'

/** What the customer wrote when they asked: the words that nothing else in the case refers to. */
export function requestWords(one: Case, entries: readonly Entry[]): readonly string[] {
  const dispute = one.complaint
  const elsewhere = new Set<unknown>([
    ...entries.map((entry) => entry.data?.['text']),
    one.merchant_answer?.text_id,
    one.offer?.text_id,
    one.inspection?.text_id,
    one.repair?.text_id,
    one.outbound?.proof?.text_id,
    dispute?.settlement?.text_id,
    dispute?.supplement?.text_id,
    dispute?.judgment?.text_id,
    dispute?.suspension?.text_id,
    ...(dispute?.appeals.map((appeal) => appeal.text_id) ?? []),
  ])
  return Object.entries(one.texts)
    .filter(([id]) => !elsewhere.has(id))
    .sort(([a], [b]) => a.localeCompare(b)) // the IDs grow with time
    .map(([, words]) => words)
}
