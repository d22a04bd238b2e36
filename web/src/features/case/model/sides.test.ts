import { expect, test } from 'vitest'
import { saidBy } from './sides'

const one = {
  texts: { open: 'It broke.', no: 'Not our fault.', secret: 'Between us.' },
  approval: { text_id: 'secret' },
} as never
const entries = [
  { seq: 1, by: 'customer', event: 'opened' },
  { seq: 2, by: 'merchant', event: 'refused', data: { text: 'no' } },
] as never

test('each side is told by its own words, the opening words by who opened the case', () => {
  expect(saidBy('customer', one, entries)).toEqual(['It broke.'])
  expect(saidBy('merchant', one, entries)).toEqual(['Not our fault.'])
})

test('what a colleague wrote into a proposal is nobody’s statement', () => {
  expect(saidBy('customer', one, entries)).not.toContain('Between us.')
})
