import type { Figures } from '../api/shop'

/** A bar of a chart: how long it is in hundredths of the longest. */
export interface Bar {
  key: string
  label: string
  value: number
  part: number
}

export function bars(rows: readonly { key: string; label: string; value: number }[]): readonly Bar[] {
  const longest = Math.max(0, ...rows.map(({ value }) => value))
  return rows.map((row) => ({ ...row, part: longest > 0 ? Math.round((row.value / longest) * 1000) / 10 : 0 }))
}

/** How requests to the shop were answered: by it, by a rule of its own, or by the time that ran out. */
export const answers = ['agreed', 'offered', 'refused', 'by_rule', 'by_time'] as const

export const answered = (figures: Figures): readonly { key: (typeof answers)[number]; value: number }[] =>
  answers.map((key) => ({ key, value: figures[key] }))

/** In hundredths, rounded down so that not all is called all; null: there was nothing. */
export const share = (part: number, all: number): number | null => (all === 0 ? null : Math.floor((part / all) * 100))

/** Thousandths as a percentage with one digit. */
export const permille = (thousandths: number): string => `${(thousandths / 10).toFixed(1)}%`
