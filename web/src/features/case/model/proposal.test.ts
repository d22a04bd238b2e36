import { expect, test } from 'vitest'
import { type Draft, outcomesOf, proposalOf } from './proposal'

const draft: Draft = {
  outcome: 'partial',
  amount: '12.5',
  liability: 'merchant',
  goodsBack: true,
  rules: ['wechat_liability'],
  evidence: ['e-1'],
  remedies: ['points', 'coupon'],
  points: 200,
  coupon: '5',
  words: ' as both said ',
}

test('a part of the money is what was typed, in fen', () => {
  expect(proposalOf(draft)).toEqual({
    outcome: 'partial',
    amount: { minor: 1250, currency: 'CNY' },
    liability: 'merchant',
    goods_back: true,
    rules: ['wechat_liability'],
    evidence: ['e-1'],
    text: 'as both said',
  })
})

test('a refusal takes no amount, no goods and no remedies along, whatever was filled in before', () => {
  const sent = proposalOf({ ...draft, outcome: 'refuse' })
  expect(sent).not.toHaveProperty('amount')
  expect(sent).not.toHaveProperty('goods_back')
  expect(sent).not.toHaveProperty('remedies')
})

test('remedies carry what belongs to their kind', () => {
  expect(proposalOf({ ...draft, outcome: 'remedy' }).remedies).toEqual([
    { kind: 'points', points: 200 },
    { kind: 'coupon', coupon: { minor: 500, currency: 'CNY' } },
  ])
})

test('only an appeal can let a judgment stand, and only service has remedies', () => {
  const complaint = { subject: 'goods' } as never
  expect(outcomesOf({ stage: 'review', complaint })).not.toContain('uphold')
  expect(outcomesOf({ stage: 'appeal_review', complaint })).toContain('uphold')
  expect(outcomesOf({ stage: 'review', complaint })).not.toContain('remedy')
  expect(outcomesOf({ stage: 'review', complaint: { subject: 'service' } as never })).toContain('remedy')
})
