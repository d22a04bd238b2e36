/** By how much deadlines are moved, as it is typed. */
export interface Amount {
  n: string
  unit: Unit
}

export const units = ['hour', 'day'] as const
export type Unit = (typeof units)[number]

const lengths: Record<Unit, number> = { hour: 3_600, day: 86_400 }

/** The most that the API moves, in seconds: 60 days. */
export const longest = 60 * 86_400

/** Seconds, or what is wrong with the amount. */
export function secondsOf({ n, unit }: Amount): number | 'none' | 'much' {
  const plain = n.normalize('NFKC').trim()
  if (!/^\d{1,5}$/.test(plain) || Number(plain) === 0) return 'none'
  const seconds = Number(plain) * lengths[unit]
  return seconds > longest ? 'much' : seconds
}

/** Seconds as the largest unit that they are a whole number of. */
export function amountOf(seconds: number): { n: number; unit: Unit } {
  return seconds % lengths.day === 0
    ? { n: seconds / lengths.day, unit: 'day' }
    : { n: Math.round((seconds / lengths.hour) * 10) / 10, unit: 'hour' }
}
