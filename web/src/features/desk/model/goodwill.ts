import type { Schemas } from '@/shared/api'

type Line = Pick<Schemas['OrderLine'], 'id' | 'title' | 'available' | 'quantity' | 'paid'>

/** How many units of each line goodwill is given for, by the line's ID; none and 0 are the same. */
export type Quantities = Readonly<Record<string, number>>

export interface Step {
  readonly id: string
  readonly title: string
  readonly units: number
  /** What was paid for those units, in fen, rounded down: the server shares odd fen out over all of a line's units. */
  readonly minor: number
}

/** How the most that can be given comes about: what was really paid for the chosen units, line by line. */
export function stepsOf(lines: readonly Line[], chosen: Quantities): readonly Step[] {
  return lines.flatMap(({ id, title, available, quantity, paid }) => {
    const units = Math.min(chosen[id] ?? 0, available)
    if (units <= 0 || quantity <= 0) return []
    const minor = units === quantity ? paid.minor : Math.floor((paid.minor * units) / quantity)
    return [{ id, title, units, minor }]
  })
}

export const sumOf = (steps: readonly Step[]): number => steps.reduce((sum, { minor }) => sum + minor, 0)

/** What stands in the way of giving an amount for the steps; null: nothing. */
export function lackOf(steps: readonly Step[], minor: number | null): 'lines' | 'amount' | 'most' | null {
  if (steps.length === 0) return 'lines'
  if (!minor || minor <= 0) return 'amount'
  return minor > sumOf(steps) ? 'most' : null
}
