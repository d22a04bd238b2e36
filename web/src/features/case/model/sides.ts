import type { Schemas } from '@/shared/api'

type Case = Schemas['Case']
type Entry = Schemas['Entry']

/**
 * What a side said, in order. The timeline tells who wrote which text; only the words that a case was opened with stand in no entry,
 * so what nobody else wrote is theirs who opened it.
 */
export function saidBy(side: string, one: Case, entries: readonly Entry[]): readonly string[] {
  const wrote = entries.flatMap(({ by, data }) => {
    const id = data?.['text']
    return typeof id === 'string' && id !== '' ? [[id, by] as const] : []
  })
  const { complaint } = one
  const known = new Set([
    ...wrote.map(([id]) => id),
    ...[
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
    ].flatMap((each) => each?.text_id ?? []),
  ])
  const opener = entries[0]?.by
  const opening = opener === side ? Object.keys(one.texts).filter((id) => !known.has(id)) : []
  const own = wrote.filter(([, by]) => by === side).map(([id]) => id)
  return [...new Set([...opening, ...own])].flatMap((id) => one.texts[id] ?? [])
}
