import { expect, test } from 'vitest'
import { folded, shownOf } from './happenings'

const entry = (seq: number, event: string, data?: Record<string, unknown>) =>
  ({ seq, at: '2026-01-01T00:00:00Z', by: 'platform', event, text: event, ...(data ? { data } : {}) }) as never

test('the same with nothing to it is one line, the latest', () => {
  const lines = folded([entry(1, 'review_opened'), entry(2, 'review_escalated'), entry(3, 'review_escalated')])
  expect(lines.map(({ seq, times }) => [seq, times])).toEqual([
    [1, 1],
    [3, 2],
  ])
})

test('what was said, paid or shown stays a line of its own', () => {
  expect(folded([entry(1, 'offered', { amount: 5 }), entry(2, 'offered', { amount: 6 })])).toHaveLength(2)
  expect(folded([entry(1, 'answered', { text: 'a' }), entry(2, 'answered', { text: 'b' })])).toHaveLength(2)
})

test('a text that the reader may not see is left out', () => {
  expect(shownOf(entry(1, 'proposed', { text: 'hidden' }), {}).words).toBeUndefined()
})
