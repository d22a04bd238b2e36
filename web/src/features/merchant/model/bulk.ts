import type { Schemas } from '@/shared/api'

type Task = Schemas['Task']

/** What can be done to many cases at once: agree as asked, or say that all is well in the parcels. */
export type BulkKind = 'agree' | 'confirm'

/** At most this many at once: more is nobody's decision. */
export const bulkMost = 100

const taskKinds: Readonly<Record<BulkKind, string>> = { agree: 'merchant_answer', confirm: 'inspection' }

export interface BulkRow {
  id: string
  revision: number
  kind: string
  reason: string
  order: string
  amount: Schemas['Money']
}

/** The rows of the tasks for which something can be done at once, the first ones of a case, and no more than may be. */
export function bulkRows(tasks: readonly Task[], what: BulkKind): readonly BulkRow[] {
  const rows = new Map<string, BulkRow>()
  for (const { kind, case: one } of tasks) {
    if (kind !== taskKinds[what] || !one?.open || rows.has(one.id)) continue
    rows.set(one.id, {
      id: one.id,
      revision: one.revision,
      kind: one.words.kind,
      reason: one.words.reason ?? '',
      order: one.order_id,
      amount: one.amount,
    })
  }
  return [...rows.values()].slice(0, bulkMost)
}

export const totalOf = (rows: readonly BulkRow[]): number => rows.reduce((sum, row) => sum + row.amount.minor, 0)

export type Result = { state: 'waiting' | 'sending' | 'done' } | { state: 'failed'; error: unknown }

export type Results = ReadonlyMap<string, Result>

export const begun = (rows: readonly BulkRow[]): Results => new Map(rows.map(({ id }) => [id, { state: 'waiting' }]))

/** How many of them ended, and how. */
export function tally(results: Results): { done: number; failed: number; left: number } {
  const of = (...states: Result['state'][]) =>
    [...results.values()].filter(({ state }) => states.includes(state)).length
  return { done: of('done'), failed: of('failed'), left: of('waiting', 'sending') }
}

/**
 * Sends one after the other what is not done yet, each told as it ends. What one row is refused for is that row's alone. Stops before the
 * next one when `stopped` says so; resolves to how it stands then.
 */
export async function runAll(
  rows: readonly BulkRow[],
  before: Results,
  send: (row: BulkRow) => Promise<unknown>,
  onChange: (results: Results) => void,
  stopped: () => boolean,
): Promise<Results> {
  let results = before
  const set = (id: string, result: Result) => {
    results = new Map(results).set(id, result)
    onChange(results)
  }
  for (const row of rows) {
    if (stopped()) break
    if (results.get(row.id)?.state === 'done') continue
    set(row.id, { state: 'sending' })
    try {
      await send(row)
      set(row.id, { state: 'done' })
    } catch (error) {
      set(row.id, { state: 'failed', error })
    }
  }
  return results
}
