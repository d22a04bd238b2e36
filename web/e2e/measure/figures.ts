/** Says a figure, in the form in which docs/web.md keeps it. */
export const figure = (what: string, value: string) => process.stdout.write(`| ${what} | ${value} |\n`)

/** The middle, the 95th of a hundred, and the most. */
export function spread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, most ${at(1)} (${sorted.length})`
}
