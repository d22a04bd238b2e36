import { expect, test } from 'vitest'
import type { Schemas } from '@/shared/api'
import { raisedOf } from './raised'

const task = (id: string, part: Partial<Schemas['Task']>) =>
  ({ id, kind: 'review', for: 'supervisor', created_at: '2026-11-22T10:00:00Z', case: {}, ...part }) as Schemas['Task']

test('what went up is told by the longest wait, and proposals are no part of it', () => {
  const tasks = [
    task('late', { created_at: '2026-11-22T09:00:00Z' }),
    task('own', { kind: 'approval' }),
    task('agents', { for: 'agent' }),
    task('first', { created_at: '2026-11-21T09:00:00Z' }),
    task('of no case', { case: undefined } as never),
  ]
  expect(raisedOf(tasks).map(({ id }) => id)).toEqual(['first', 'late'])
})
