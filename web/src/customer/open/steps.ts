import { isProblem, type Schemas } from '@/shared/api'
import type { Kind, Order, OrderLine } from '../orders/queries'
import { type Draft, takesAmount } from './draft'

export type Reason = Schemas['Reason']
export type Step = 'about' | 'items' | 'variant' | 'reason' | 'details' | 'amount' | 'summary'

/** What a form knows besides what was said: the order, and what the rules leave to choose from. */
export interface Given {
  readonly order: Order
  /** Reasons for what was chosen; undefined while they are not known. */
  readonly reasons?: readonly Reason[] | undefined
}

/** What stands in the way of asking for a line, in words; null: nothing does. */
export function whyNot(line: OrderLine, kind: Kind): string | null {
  const ask = line.asks?.find((one) => one.kind === kind)
  return ask && !ask.enabled ? (ask.why_text ?? '') : null
}

/** How many units of a line a request can be about. A complaint may be about units that another case holds. */
export const mostOf = (line: OrderLine, kind: Kind): number => (kind === 'complaint' ? line.quantity : line.available)

export const possible = (order: Order, kind: Kind): OrderLine[] =>
  order.lines.filter((line) => whyNot(line, kind) === null && mostOf(line, kind) > 0)

/** Reasons that nothing stands in the way of. */
export const choosable = (reasons: readonly Reason[] | undefined): Reason[] =>
  reasons?.filter((one) => one.enabled) ?? []

/** The steps of a form, in order. What can be answered in one way only is not asked. */
export function stepsOf(draft: Draft, given: Given): Step[] {
  const steps: Step[] = []
  const service = draft.subject === 'service'
  if (draft.kind === 'complaint') steps.push('about')
  const lines = possible(given.order, draft.kind)
  const only = lines.length === 1 && lines[0] && mostOf(lines[0], draft.kind) === 1
  if (!service && !only) steps.push('items')
  if (draft.kind === 'exchange') steps.push('variant')
  if (choosable(given.reasons).length !== 1) steps.push('reason')
  if (draft.kind !== 'price_protection') steps.push('details')
  if (takesAmount(draft)) steps.push('amount')
  steps.push('summary')
  return steps
}

/** What one step still lacks: the name of the sentence that says so; null: one can go on. */
export function lacks(step: Step, draft: Draft, given: Given): Lack | null {
  const chosen = Object.values(draft.lines).some((quantity) => quantity > 0)
  const reason = given.reasons?.find((one) => one.code === draft.reason)
  switch (step) {
    case 'about':
      return draft.subject === null ? 'about' : null
    case 'items':
      return chosen ? null : 'items'
    case 'variant':
      return Object.keys(draft.lines).every((id) => draft.variants[id]) && chosen ? null : 'variant'
    case 'reason':
      return reason || (draft.reason !== null && given.reasons === undefined) ? null : 'reason'
    case 'details':
      if (draft.later) return null
      if (reason && reason.needs.length > 0 && draft.evidence.length === 0) return 'evidence'
      return reason?.describe && draft.words.trim() === '' ? 'words' : null
    default:
      return null
  }
}

export type Lack = 'about' | 'items' | 'variant' | 'reason' | 'evidence' | 'words'

/** The step to show: the one asked for, or the first before it that lacks something. */
export function stepAt(wanted: string | null, steps: readonly Step[], draft: Draft, given: Given): Step {
  const first = steps[0] ?? 'summary'
  const index = steps.findIndex((step) => step === wanted)
  if (index < 0) return first
  return steps.slice(0, index).find((step) => lacks(step, draft, given) !== null) ?? steps[index] ?? first
}

/** Where what the server refused can be put right. */
export function stepOfProblem(error: unknown): Step | null {
  if (!isProblem(error)) return null
  const { code } = error
  if (/^(units_in_open_case|quantity_too_large|nothing_chosen|nothing_to_refund|price_)/.test(code)) return 'items'
  if (code.startsWith('variant_')) return 'variant'
  if (/^(reason_|window_over|not_returnable|warranty_over)/.test(code)) return 'reason'
  if (/^(evidence_|text_)/.test(code)) return 'details'
  if (/^(amount_|refund_limit)/.test(code)) return 'amount'
  return null
}

/** Reasons under their headings, in the order in which the rules list them. */
export function grouped(reasons: readonly Reason[]): { head: string; reasons: Reason[] }[] {
  const groups: { head: string; reasons: Reason[] }[] = []
  for (const reason of reasons) {
    const head = reason.group ?? ''
    const group = groups.find((one) => one.head === head)
    if (group) group.reasons.push(reason)
    else groups.push({ head, reasons: [reason] })
  }
  return groups
}
