import type { Schemas } from '@/shared/api'

type Task = Schemas['Task']

/** What went up to supervisors, the longest waiting first: a proposal waits for them anyhow, so it is none of it. */
export const raisedOf = (tasks: readonly Task[]): readonly Task[] =>
  tasks
    .filter((task) => task.for === 'supervisor' && task.kind !== 'approval' && task.case !== undefined)
    .sort((a, b) => a.created_at.localeCompare(b.created_at))
