import type { Case } from '@/features/case/parts'
import type { Schemas } from '@/shared/api'
import { parseYuan } from '@/shared/money'

export type Decision = Schemas['MerchantAnswer']['decision']

/** What somebody filled in of an answer, whatever it is to be. */
export interface AnswerDraft {
  decision: Decision | ''
  address: string
  keepGoods: boolean
  reason: string
  amount: string
  askFor: 'evidence' | 'description' | ''
  words: string
}

export const emptyAnswer: AnswerDraft = {
  decision: '',
  address: '',
  keepGoods: false,
  reason: '',
  amount: '',
  askFor: '',
  words: '',
}

/** Why shops refuse; the code goes with the words. */
export const refusals = [
  'used',
  'no_fault',
  'as_described',
  'past_window',
  'unclear_evidence',
  'delivered',
  'other',
] as const

/** Kinds of case in which the goods come to the shop. */
export const goodsCome = (one: Pick<Case, 'kind'>): boolean => ['return', 'exchange', 'repair'].includes(one.kind)

/** What is at stake: an offer cannot be more. */
export const mostOf = (one: Pick<Case, 'quote' | 'amount'>): number => one.quote.total.minor || one.amount.minor

export type Missing = 'decision' | 'reason' | 'amount' | 'tooMuch' | 'askFor' | 'words'

/** What is still to be filled in before it can be sent. */
export function missingOf(draft: AnswerDraft, most: number): Missing | undefined {
  const amount = parseYuan(draft.amount)
  switch (draft.decision) {
    case '':
      return 'decision'
    case 'agree':
      return undefined
    case 'refuse':
      return draft.reason === '' ? 'reason' : draft.words.trim() === '' ? 'words' : undefined
    case 'offer':
      return !amount ? 'amount' : most > 0 && amount > most ? 'tooMuch' : undefined
    case 'ask':
      return draft.askFor === '' ? 'askFor' : draft.words.trim() === '' ? 'words' : undefined
  }
}

/** What is sent of it: of other decisions nothing goes along, however it was filled in before. */
export function answerOf(
  draft: AnswerDraft,
  evidence: readonly string[],
): Omit<Schemas['MerchantAnswer'], 'expected_revision'> {
  const { decision } = draft
  const words = draft.words.trim()
  return {
    decision: decision || 'agree',
    ...(decision === 'agree' && draft.address && !draft.keepGoods ? { address_id: draft.address } : {}),
    ...(decision === 'agree' && draft.keepGoods ? { keep_goods: true } : {}),
    ...(decision === 'refuse' && draft.reason ? { reason_code: draft.reason } : {}),
    ...(decision === 'refuse' && evidence.length > 0 ? { evidence: [...evidence] } : {}),
    ...(decision === 'offer' ? { amount: { minor: parseYuan(draft.amount) ?? 0, currency: 'CNY' as const } } : {}),
    ...(decision === 'ask' && draft.askFor ? { ask_for: draft.askFor } : {}),
    ...(words ? { text: words } : {}),
  }
}
