import { expect, test } from 'vitest'
import { said } from '@/shared/chat/fake'
import { lastWordsOf, plainOf } from './articles'

const customer = (seq: number, text: string, part = {}) =>
  said(seq, { from: { role: 'customer' }, content: { text }, ...part })

test('what an article may answer is what the customer said last that says something', () => {
  const all = [customer(1, '退货运费谁出'), customer(2, '在吗'), said(3, { content: { text: '您好，请讲讲情况' } })]
  expect(lastWordsOf(all)).toBe('退货运费谁出')
  expect(lastWordsOf([customer(1, '退货运费谁出', { recalled_at: '2026-03-02T12:00:00Z' })])).toBe('')
  expect(lastWordsOf([customer(1, '长'.repeat(500))])).toHaveLength(200)
})

test('an article goes into a message without its markup', () => {
  expect(plainOf('## 运费\n\n质量问题由**商家**承担。\n\n\n\n- 先[申请](return-how)\n- 再寄回')).toBe(
    '运费\n\n质量问题由商家承担。\n\n· 先申请\n· 再寄回',
  )
})
