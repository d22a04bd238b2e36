import type { Schemas } from '@/shared/api'

type Case = Schemas['Case']
type Entry = Schemas['Entry']

/** The texts that an entry or a part of the case refers to. */
function referredTo(one: Case, entries: readonly Entry[]): ReadonlySet<unknown> {
  const { complaint } = one
  const parts = [
    one.approval,
    one.offer,
    one.merchant_answer,
    one.inspection,
    one.repair,
    one.outbound?.proof,
    complaint?.settlement,
    complaint?.supplement,
    complaint?.judgment,
    complaint?.suspension,
    ...(complaint?.appeals ?? []),
  ]
  return new Set([...entries.map((entry) => entry.data?.['text']), ...parts.map((part) => part?.text_id)])
}

/** What was written when the case was opened: the words that nothing else in it refers to, in the order in which they were written. */
export function requestWords(one: Case, entries: readonly Entry[]): readonly string[] {
  const elsewhere = referredTo(one, entries)
  return Object.entries(one.texts)
    .filter(([id]) => !elsewhere.has(id))
    .sort(([a], [b]) => a.localeCompare(b)) // the IDs grow with time
    .map(([, words]) => words)
}

export interface Earlier {
  readonly seq: number
  /** What the side did when it said so, in the server's words. */
  readonly did: string
  readonly words: string
}

/** What a side said in the case that a complaint came out of: what it asked for, why it refused, why it asked the platform in. */
export function saidEarlier(side: string, parent: Case, entries: readonly Entry[]): readonly Earlier[] {
  const opening = entries[0]?.by === side ? requestWords(parent, entries) : []
  return entries.flatMap(({ seq, by, text, data }, at) => {
    if (by !== side) return []
    const id = data?.['text']
    const own = typeof id === 'string' ? parent.texts[id] : undefined
    const all = at === 0 ? [...opening, ...(own ? [own] : [])] : own ? [own] : []
    return [...new Set(all)].map((words) => ({ seq, did: text, words }))
  })
}

/**
 * What a side said, in order. The timeline tells who wrote which text; only the words that a case was opened with stand in no entry,
 * so what nobody else wrote is theirs who opened it.
 */
export function saidBy(side: string, one: Case, entries: readonly Entry[]): readonly string[] {
  const opening = entries[0]?.by === side ? requestWords(one, entries) : []
  const own = entries.flatMap(({ by, data }) => {
    const id = data?.['text']
    return by === side && typeof id === 'string' ? (one.texts[id] ?? []) : []
  })
  return [...new Set([...opening, ...own])]
}
