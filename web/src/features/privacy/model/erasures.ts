import type { Tone } from '@/shared/words/tone'

/** The states of an erasure in the order in which it goes through them. */
export const states = ['cooling', 'ending', 'held', 'erasing', 'proving', 'unproven', 'done', 'cancelled'] as const
export type State = (typeof states)[number]

export const toneOf: Record<State, Tone> = {
  cooling: 'wait',
  ending: 'wait',
  held: 'review',
  erasing: 'act',
  proving: 'act',
  unproven: 'bad',
  done: 'good',
  cancelled: 'quiet',
}

interface Standing {
  state: string
  open_cases: number
  open_money: number
  holds?: number
}

/** What an erasure waits for, once its cool-off is over. */
export function waitsFor({
  state,
  open_cases,
  open_money,
  holds = 0,
}: Standing): readonly ('cases' | 'money' | 'holds')[] {
  if (!['cooling', 'ending', 'held'].includes(state)) return []
  return [
    ...(open_cases > 0 ? (['cases'] as const) : []),
    ...(open_money > 0 ? (['money'] as const) : []),
    ...(holds > 0 ? (['holds'] as const) : []),
  ]
}
