import type { Schemas } from '@/shared/api'

type Case = Schemas['Case']

/** How far a deadline is. */
export interface Deadline {
  readonly due: number
  readonly left: number
  /** The share of its time that is left, from 1 to 0. */
  readonly share: number
  /** It needs to be looked at now: an hour is left, or a fifth of a time that is shorter than five hours. */
  readonly soon: boolean
  readonly passed: boolean
  /** How often it was moved. */
  readonly moved: number
}

/** The deadline that runs in a case by the server's clock; null when none runs: nobody is waited for, or time stands still. */
export function deadlineOf(one: Pick<Case, 'open' | 'due_at' | 'wait'>, now: number): Deadline | null {
  if (!one.open || !one.due_at || one.wait?.paused) return null
  const due = Date.parse(one.due_at)
  const left = due - now
  const whole = Math.max(1, due - (one.wait ? Date.parse(one.wait.since) : due - Math.max(left, 1)))
  return {
    due,
    left: Math.max(0, left),
    share: Math.min(1, Math.max(0, left / whole)),
    soon: left < Math.min(3600_000, whole / 5),
    passed: left <= 0,
    moved: one.wait?.moved ?? 0,
  }
}
