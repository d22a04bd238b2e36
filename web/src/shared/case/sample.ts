import type { Schemas } from '@/shared/api'

type Case = Schemas['Case']

const money = (minor: number) => ({ minor, currency: 'CNY' })

/** A return that waits for the shop, for tests to change. */
export const sample = (part: Partial<Case> = {}): Case => ({
  id: 'c1',
  kind: 'return',
  phase: 'aftersale',
  stage: 'merchant_answer',
  open: true,
  order_id: 'o1',
  customer_id: 'cu',
  merchant_id: 'm',
  reason: 'quality',
  amount: money(19900),
  refunded: money(0),
  waiting_for: 'merchant',
  due_at: '2026-11-24T10:00:00Z',
  default: 'agree',
  revision: 3,
  seq: 5,
  opened_at: '2026-11-22T10:00:00Z',
  updated_at: '2026-11-22T10:00:00Z',
  words: { kind: '退货退款', stage: '待商家答复' },
  lines: [{ line_id: 'o1-1', quantity: 1 }],
  units: [],
  no_reason: false,
  freight: {},
  quote: { total: money(19900), freight: money(0), lines: [], formula: [] },
  rules: [],
  pack_hash: '',
  evaluation: 1,
  wait: {
    step: 'merchant_answer',
    actor: 'merchant',
    since: '2026-11-22T10:00:00Z',
    due_at: '2026-11-24T10:00:00Z',
    default: 'agree',
    moved: 0,
    paused: false,
  },
  legs: [],
  edits_left: 5,
  actions: [],
  rating_choices: [],
  texts: {},
  citations: [],
  ...part,
})

export const complaint = (part: Partial<NonNullable<Case['complaint']>> = {}): NonNullable<Case['complaint']> => ({
  subject: 'goods',
  claim: money(19900),
  most: money(19900),
  rested: [],
  supplements: 0,
  appeals: [],
  joined: 0,
  ...part,
})

export const judgment = (minor: number): NonNullable<NonNullable<Case['complaint']>['judgment']> => ({
  number: 1,
  id: 'j1',
  outcome: minor > 0 ? 'partial' : 'refuse',
  amount: money(minor),
  freight: {},
  goods_back: false,
  rules: [],
  evidence: [],
  remedies: [],
  at: '2026-11-22T12:00:00Z',
})

export const can = (...names: string[]): Case['actions'] => names.map((name) => ({ name, enabled: true, label: name }))
