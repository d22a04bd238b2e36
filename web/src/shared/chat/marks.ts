import type { Schemas } from '@/shared/api'

/** How far the others have got and read, and how far oneself. */
export type Marks = readonly Mark[]
export interface Mark {
  readonly role: string
  readonly id: string
  readonly mine: boolean
  readonly delivered: number
  readonly read: number
}

const same = (a: Mark, b: Mark) => a.role === b.role && a.id === b.id && a.mine === b.mine

/** What the server tells of marks. They never go back: what is older than what is known changes nothing. */
export function marksOf(members: readonly Schemas['ConversationMember'][], before: Marks): Marks {
  return members.map(({ who, delivered, read }) => {
    const mark = { role: who.role, id: who.id ?? '', mine: who.mine === true, delivered, read }
    const known = before.find((one) => same(one, mark))
    return known ? { ...mark, delivered: Math.max(delivered, known.delivered), read: Math.max(read, known.read) } : mark
  })
}

/** Somebody of a role has read up to a message. */
export function marked(marks: Marks, role: string, seq: number): Marks {
  const others = marks.filter((one) => one.role === role && !one.mine)
  if (others.length === 0 && !marks.some((one) => one.role === role))
    return [...marks, { role, id: '', mine: false, delivered: seq, read: seq }]
  if (others.length !== 1) return marks // which of several it was comes with the next answer
  return marks.map((one) =>
    one.role === role && !one.mine
      ? { ...one, delivered: Math.max(one.delivered, seq), read: Math.max(one.read, seq) }
      : one,
  )
}

/** How far anybody else has read. */
export const readByOthers = (marks: Marks): number =>
  marks.reduce((most, one) => (one.mine ? most : Math.max(most, one.read)), 0)

export const ownRead = (marks: Marks): number => marks.find((one) => one.mine)?.read ?? 0
