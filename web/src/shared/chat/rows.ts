import type { Schemas } from '@/shared/api'
import type { Log, Message } from './log'
import type { Outbox, Outgoing } from './outbox'

/** A line of the conversation: a message, or one that is on its way. */
export interface Row {
  /** Stays the same when a message that was sent becomes one that is there. */
  readonly key: string
  readonly message?: Message
  readonly outgoing?: Outgoing
  readonly at: number
  /** The first of a day: it is headed by the day. */
  readonly newDay: boolean
  /** The first that the person had not seen when they came. */
  readonly unread: boolean
  /** The first and the last of what somebody said in one go. */
  readonly first: boolean
  readonly last: boolean
}

/** As long as this between two messages, and they are not said in one go. */
const pause = 5 * 60_000

const dayOf = (at: number) => new Date(at).toDateString()
const speakerOf = (one: Message) => (one.from.mine ? 'me' : `${one.from.role}/${one.from.id ?? ''}`)
const alone = (one: Message) => one.kind === 'system' || one.recalled_at !== undefined

/** The lines of a conversation. `seenSeq` is how far the person had read when they came; undefined: nothing is marked. */
export function rowsOf(log: Log, box: Outbox, seenSeq?: number): Row[] {
  interface Said {
    key: string
    at: number
    who: string
    alone: boolean
    message?: Message
    outgoing?: Outgoing
  }
  const all: Said[] = log.messages.map((message) => ({
    key: message.from.mine && message.client_id ? message.client_id : `seq-${message.seq}`,
    at: Date.parse(message.sent_at),
    who: speakerOf(message),
    alone: alone(message),
    message,
  }))
  for (const outgoing of box) all.push({ key: outgoing.clientID, at: outgoing.at, who: 'me', alone: false, outgoing })

  const together = (a: Said | undefined, b: Said | undefined) =>
    a !== undefined && a.who === b?.who && !a.alone && !b.alone && b.at - a.at < pause && dayOf(a.at) === dayOf(b.at)
  let marked = seenSeq === undefined || seenSeq === 0
  return all.map(({ key, at, message, outgoing }, n) => {
    const [before, self, after] = [all[n - 1], all[n], all[n + 1]]
    const seq = message?.seq ?? 0
    const unread = !marked && seq > (seenSeq ?? 0) && message?.from.mine !== true && n > 0
    if (unread || seq > (seenSeq ?? 0)) marked = true
    return {
      key,
      at,
      ...(message ? { message } : {}),
      ...(outgoing ? { outgoing } : {}),
      newDay: before === undefined || dayOf(before.at) !== dayOf(at),
      unread,
      first: unread || !together(before, self),
      last: !together(self, after),
    }
  })
}

/** A question with quick replies can be answered as long as nobody has, and the person has not gone on to something else. */
export function openAsk(log: Log, box: Outbox): number | undefined {
  if (box.some((one) => one.state !== 'failed')) return undefined
  for (let n = log.messages.length - 1; n >= 0; n--) {
    const one = log.messages[n]
    if (!one || one.from.mine) return undefined
    if (one.kind === 'ask' && one.recalled_at === undefined) return one.seq
  }
  return undefined
}

/** What is sent when a quick reply of a question is chosen. */
export const clickOf = (message: Message, choice: Schemas['QuickReply']): Omit<Schemas['Send'], 'client_id'> => ({
  kind: 'click',
  click: choice,
  text: choice.label ?? choice.value,
  answers: message.seq,
})

/** What is sent when one of the goods of a question is chosen. */
export const itemClickOf = (message: Message, item: Schemas['ChatItem']): Omit<Schemas['Send'], 'client_id'> =>
  clickOf(message, { slot: 'item', value: item.line_id, label: [item.title, item.variant].filter(Boolean).join(' ') })

/** Whether a message of one's own can still be changed. */
export const changeable = (one: Message, now: number): boolean =>
  one.from.mine === true &&
  one.recalled_at === undefined &&
  one.changeable_until !== undefined &&
  Date.parse(one.changeable_until) > now
