import type { Schemas } from '@/shared/api'

export type Many = Schemas['ManyThings']
export type Done = Schemas['Done']

/** As many at once as the server takes. */
export const mostAtOnce = 100

/** What became of each conversation, by its ID. */
export type Results = ReadonlyMap<string, Done>

export const resultsOf = (done: readonly Done[]): Results => new Map(done.map((one) => [one.id, one]))

export const countOf = (results: Results): { done: number; failed: number } => {
  const done = [...results.values()].filter((one) => one.done).length
  return { done, failed: results.size - done }
}

/** What stays ticked afterwards: what could not be done, to be looked at or tried with something else. */
export const leftOf = (results: Results): ReadonlySet<string> =>
  new Set([...results.values()].filter((one) => !one.done).map((one) => one.id))

/** Ticks one, or takes the tick away; no more than can be sent at once. */
export function toggled(ticked: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ticked)
  if (next.delete(id) || next.size >= mostAtOnce) return next
  return next.add(id)
}
