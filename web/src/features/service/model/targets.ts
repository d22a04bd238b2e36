import type { Schemas } from '@/shared/api'

export type Target = Schemas['Target']

/** Units of a length of time, in seconds. */
export const units = { minute: 60, hour: 3_600, day: 86_400, second: 1 } as const
export type Unit = keyof typeof units

/** A length in the largest unit that makes it a whole number. 0 is no clock. */
export function lengthOf(seconds: number): { count: number; unit: Unit } {
  if (seconds === 0) return { count: 0, unit: 'minute' }
  const unit = (['day', 'hour', 'minute', 'second'] as const).find((one) => seconds % units[one] === 0) ?? 'second'
  return { count: seconds / units[unit], unit }
}

export const secondsOf = (count: number, unit: Unit): number => Math.round(count * units[unit])

/** Of whom a target tells: the same scope is the same target. */
export const scopeOf = ({ team_id, merchant_id, priority }: Target): string =>
  [team_id ?? '', merchant_id ?? '', priority ?? ''].join('/')

const ranks = ['urgent', 'high', 'normal', 'low']

/** The most particular first: a shop's before a team's before everybody's, one of a priority before one of any. */
export const byScope = (a: Target, b: Target): number =>
  Number(b.merchant_id !== undefined) - Number(a.merchant_id !== undefined) ||
  Number(b.team_id !== undefined) - Number(a.team_id !== undefined) ||
  Number(b.priority !== undefined) - Number(a.priority !== undefined) ||
  (a.merchant_id ?? '').localeCompare(b.merchant_id ?? '') ||
  ranks.indexOf(a.priority ?? '') - ranks.indexOf(b.priority ?? '')
