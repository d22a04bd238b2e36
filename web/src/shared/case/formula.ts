import type { Schemas } from '@/shared/api'

export type Quote = Schemas['Quote']

export interface Row {
  readonly text: string
  readonly minor: number
  readonly rule: string
}

/**
 * The steps of an amount with the names of the goods in the place of their numbers. What is left between the steps and the total -
 * there should be nothing - is not hidden.
 */
export function rowsOf(
  quote: Pick<Quote, 'formula' | 'total'>,
  titles: ReadonlyMap<string, string>,
): { rows: readonly Row[]; rest: number } {
  const rows = quote.formula.map((step) => {
    const title = step.line_id === undefined ? undefined : titles.get(step.line_id)
    const text =
      title === undefined || step.line_id === undefined ? step.text : step.text.replaceAll(step.line_id, title)
    return { text, minor: step.amount.minor, rule: step.rule }
  })
  return { rows, rest: quote.total.minor - rows.reduce((sum, row) => sum + row.minor, 0) }
}
