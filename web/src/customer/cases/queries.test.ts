import { expect, it } from 'vitest'
import { byUrgency, type CaseHead } from './queries'

const one = (id: string, part: Partial<CaseHead>) =>
  ({ id, open: true, opened_at: '2026-03-01T00:00:00Z', ...part }) as CaseHead

it('lists one’s own turn first, then what falls due first, then the newest', () => {
  const cases = [
    one('old', {}),
    one('new', { opened_at: '2026-03-02T00:00:00Z' }),
    one('shop', { waiting_for: 'merchant', due_at: '2026-03-01T10:00:00Z' }),
    one('may', { stage: 'appeal_window', waiting_for: 'customer', due_at: '2026-03-01T11:00:00Z' }),
    one('later', { waiting_for: 'customer', due_at: '2026-03-09T10:00:00Z' }),
    one('soon', { waiting_for: 'customer', due_at: '2026-03-05T10:00:00Z' }),
  ]
  expect(byUrgency(cases).map((each) => each.id)).toEqual(['soon', 'later', 'shop', 'may', 'new', 'old'])
})
