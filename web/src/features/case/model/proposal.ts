import type { Schemas } from '@/shared/api'
import { parseYuan } from '@/shared/money'

export type Outcome = Schemas['Propose']['outcome']
export type Party = NonNullable<Schemas['Propose']['liability']>
export type RemedyKind = Schemas['Remedy']['kind']

/** A judgment as it is being written. */
export interface Draft {
  outcome: Outcome | ''
  amount: string
  liability: Party | ''
  goodsBack: boolean
  rules: readonly string[]
  evidence: readonly string[]
  remedies: readonly RemedyKind[]
  points: number
  coupon: string
  words: string
}

/** How a complaint can end: about service without money, about goods with it; what was judged before can also stand. */
export function outcomesOf(one: Pick<Schemas['Case'], 'stage' | 'complaint'>): readonly Outcome[] {
  const fresh: readonly Outcome[] =
    one.complaint?.subject === 'service' ? ['remedy', 'partial', 'refuse'] : ['refund', 'partial', 'refuse']
  return one.stage === 'appeal_review' ? ['uphold', ...fresh] : fresh
}

/** The command that a draft becomes: what does not belong to its outcome stays behind. */
export function proposalOf(draft: Draft): Omit<Schemas['Propose'], 'expected_revision'> {
  const { outcome } = draft
  const money = outcome === 'refund' || outcome === 'partial'
  const minor = parseYuan(draft.amount)
  const coupon = parseYuan(draft.coupon)
  return {
    outcome: outcome || 'refuse',
    ...(outcome === 'partial' && minor ? { amount: { minor, currency: 'CNY' as const } } : {}),
    ...(draft.liability ? { liability: draft.liability } : {}),
    ...(money && draft.goodsBack ? { goods_back: true } : {}),
    ...(draft.rules.length > 0 ? { rules: [...draft.rules] } : {}),
    ...(draft.evidence.length > 0 ? { evidence: [...draft.evidence] } : {}),
    ...(outcome === 'remedy' && draft.remedies.length > 0
      ? {
          remedies: draft.remedies.map((kind) => ({
            kind,
            ...(kind === 'points' ? { points: draft.points } : {}),
            ...(kind === 'coupon' && coupon ? { coupon: { minor: coupon, currency: 'CNY' as const } } : {}),
          })),
        }
      : {}),
    ...(draft.words.trim() ? { text: draft.words.trim() } : {}),
  }
}
