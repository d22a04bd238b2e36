import type { Fact } from '@/ui/MutationForm'
import { formatMoney } from '@/shared/money'
import { formatMoment } from '@/shared/time'
import type { Case } from '../api/case'

export interface FactWords {
  stage: string
  amount: string
  offer: string
  settlement: string
  due: string
  proposal: string
  agent: string
}

/** What decisions on a case rest on: shown again where it changed while somebody filled in a form. */
export function factsOf(one: Case, words: FactWords): readonly Fact[] {
  const settlement = one.complaint?.settlement
  return [
    [words.stage, one.open ? one.words.stage : (one.words.outcome ?? one.words.stage)],
    [words.amount, formatMoney(one.amount)],
    ...(one.offer ? [[words.offer, formatMoney(one.offer.amount)] as const] : []),
    ...(settlement ? [[words.settlement, formatMoney(settlement.amount)] as const] : []),
    ...(one.approval ? [[words.proposal, formatMoney(one.approval.amount)] as const] : []),
    ...(one.due_at ? [[words.due, formatMoment(one.due_at)] as const] : []),
  ]
}
