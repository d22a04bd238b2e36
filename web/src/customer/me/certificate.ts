/** What a certificate says of an erasure, as far as a person wants to read it. */
export interface Certificate {
  /** How many rows and files went. */
  readonly gone: number
  /** How many tables were searched, and for how many words. */
  readonly searched: number
  readonly words: number
  readonly found: number
  readonly unreadable: boolean
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
const number = (value: unknown): number => (typeof value === 'number' ? value : 0)

/** Reads a certificate; null for what is none. */
export function certificateOf(value: unknown): Certificate | null {
  const all = record(value)
  if (typeof all['erasure_id'] !== 'string') return null
  const searched = Array.isArray(all['searched']) ? all['searched'] : []
  return {
    gone: Object.values(record(all['gone'])).reduce<number>((sum, one) => sum + number(one), 0),
    searched: searched.length,
    words: number(all['words']),
    found: searched.reduce<number>((sum, table) => sum + number(record(table)['found']), 0),
    unreadable: all['unreadable'] === true,
  }
}
