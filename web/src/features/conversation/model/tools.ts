import type { Schemas } from '@/shared/api'

/** The canned replies that are asked for by what is written: what stands after a slash at the beginning; null: none. */
export function cannedIn(words: string): string | null {
  const match = /^\/(\S{0,20})$/.exec(words)
  return match ? (match[1] ?? '') : null
}

/** The name that is being mentioned at the end of what is written; null: none. */
export function mentionIn(words: string): string | null {
  const match = /(?:^|\s)@([^\s@]{0,20})$/.exec(words)
  return match ? (match[1] ?? '') : null
}

/** Puts a colleague's name where it was being typed. */
export const withMention = (words: string, name: string): string => words.replace(/@[^\s@]{0,20}$/, `@${name} `)

/** Who is named in words, of those who were chosen. */
export function mentioned(words: string, chosen: ReadonlyMap<string, string>): string[] {
  return [...chosen].filter(([, name]) => words.includes(`@${name}`)).map(([id]) => id)
}

/** When something comes back: in an hour, three hours, tomorrow at nine, next Monday at nine. */
export const snoozeTimes = ['hour', 'hours', 'tomorrow', 'monday'] as const
export type SnoozeTime = (typeof snoozeTimes)[number]

export function snoozeUntil(when: SnoozeTime, now: Date): Date {
  const at = new Date(now)
  if (when === 'hour') at.setHours(at.getHours() + 1)
  else if (when === 'hours') at.setHours(at.getHours() + 3)
  else {
    const days = when === 'tomorrow' ? 1 : (8 - at.getDay()) % 7 || 7
    at.setDate(at.getDate() + days)
    at.setHours(9, 0, 0, 0)
  }
  return at
}

/** The clock that falls first. */
export const nextClock = (clocks: Schemas['ConversationHead']['clocks']): Schemas['Clock'] | undefined => clocks?.[0]

/** Questions of a thread that still wait for their answer, what falls first first. */
export const openQuestions = (view: Pick<Schemas['Conversation'], 'questions'>): readonly Schemas['PartyQuestion'][] =>
  (view.questions ?? []).filter((one) => !one.answered_at).sort((a, b) => a.due_at.localeCompare(b.due_at))
