import type { Schemas } from '@/shared/api'

type Action = Schemas['Action']

/** What moves a case on comes first; what is done beside it, last. */
const order = [
  'decide',
  'propose',
  'merchant_answer',
  'inspect',
  'ship_replacement',
  'diagnose',
  'finish_repair',
  'carry_out',
  'prove_delivery',
  'resolve_details',
  'report_intercept',
  'retry_refund',
  'redirect_refund',
  'answer_settlement',
  'agree_suspend',
  'propose_settlement',
  'ask_supplement',
  'appeal',
  'rest',
  'resume',
  'ask_extension',
  'cannot_ship',
  'cannot_repair',
  'add_evidence',
  'suspend',
  'recovery',
]

/** Asked for where the thing itself is shown: a piece of evidence, whose business a case is, what is masked. */
const elsewhere = new Set(['reject_evidence', 'take', 'assign', 'reveal_customer', 'reveal_payee'])

const place = (name: string) => {
  const at = order.indexOf(name)
  return at < 0 ? order.length : at
}

/** The actions of a case for its page: what can be done now first, each in the order of its weight. */
export const arranged = (actions: readonly Action[], known: (name: string) => boolean): readonly Action[] =>
  actions
    .filter((action) => !elsewhere.has(action.name) && known(action.name))
    .sort((a, b) => Number(b.enabled) - Number(a.enabled) || place(a.name) - place(b.name))

/** What can be done and moves the case on: it is the button that stands out. */
export const isMain = (action: Action): boolean =>
  action.enabled && place(action.name) < order.indexOf('propose_settlement')

/** An action that the case offers its reader now. */
export const canDo = (one: { actions: readonly Action[] }, name: string): boolean =>
  one.actions.some((action) => action.name === name && action.enabled)
