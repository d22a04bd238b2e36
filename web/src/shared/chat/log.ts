import type { Schemas } from '@/shared/api'

export type Message = Schemas['Message']
export type View = Schemas['Conversation']
type Page = Pick<Schemas['MessageList'], 'items' | 'more' | 'revision'>

/**
 * What a page holds of a conversation: a stretch of its messages that ends with the newest, by number. Everything that came or
 * changed in that stretch up to `revision` is in it.
 */
export interface Log {
  readonly messages: readonly Message[]
  readonly revision: number
  /** There are messages before the first one. */
  readonly older: boolean
}

export const emptyLog: Log = { messages: [], revision: 0, older: false }

/** Where a message with this number stands, or would. */
function placeOf(messages: readonly Message[], seq: number): number {
  let [low, high] = [0, messages.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((messages[middle]?.seq ?? Infinity) < seq) low = middle + 1
    else high = middle
  }
  return low
}

export const find = (log: Log, seq: number): Message | undefined => {
  const at = log.messages[placeOf(log.messages, seq)]
  return at?.seq === seq ? at : undefined
}

/** Puts messages in by their numbers; of two that have the same one the later revision stays, in whatever order they come. */
export function put(log: Log, items: readonly Message[]): Log {
  let messages: Message[] | null = null
  for (const one of items) {
    const now = messages ?? log.messages
    const at = placeOf(now, one.seq)
    const present = now[at]?.seq === one.seq ? now[at] : undefined
    if (present && present.revision >= one.revision) continue
    messages ??= [...log.messages]
    messages.splice(at, present ? 1 : 0, one)
  }
  return messages ? { ...log, messages } : log
}

/**
 * The conversation was asked for: its newest messages. Joined to what is here they leave the revision as it is, because what changed
 * further up is not among them; where a gap would stay they take its place.
 */
export function opened(log: Log, view: Pick<View, 'messages' | 'more' | 'revision'>): Log {
  const [last, first] = [log.messages.at(-1), view.messages[0]]
  if (log.revision === 0) {
    // What one sent before the first answer came may be further down than it.
    const further = log.messages.filter((one) => one.seq > (first?.seq ?? 0))
    return put({ messages: view.messages, revision: view.revision, older: view.more }, further)
  }
  const joined = last !== undefined && first !== undefined && first.seq <= last.seq + 1
  if (joined) return put(log, view.messages)
  if (last !== undefined && first === undefined) return log
  if (last === undefined && log.revision > view.revision) return log
  return { messages: view.messages, revision: view.revision, older: view.more }
}

/**
 * A page from further up. What it holds is as old as its revision: when that is older than what is here, changes are asked for again
 * from there, because they may have passed by before the page came.
 */
export function older(log: Log, page: Page): Log {
  const first = log.messages[0]?.seq ?? Infinity
  const above = page.items.filter((one) => one.seq < first)
  return { ...put(log, above), older: page.more, revision: Math.min(log.revision, page.revision) }
}

/** What came or changed since the revision. What lies further up than what is here comes with its page. */
export function changed(log: Log, page: Page): Log {
  const first = log.messages[0]?.seq ?? (log.older ? Infinity : 1)
  const next = put(
    log,
    page.items.filter((one) => one.seq >= first),
  )
  return page.revision > next.revision ? { ...next, revision: page.revision } : next
}

/** News of a single change: whether it is here already, as after sending a message oneself, and the log that knows it. */
export function heard(log: Log, seq: number | undefined, revision: number | undefined): { log: Log; here: boolean } {
  if (seq === undefined || revision === undefined) return { log, here: false }
  if (revision <= log.revision) return { log, here: true }
  if (revision === log.revision + 1 && find(log, seq)?.revision === revision)
    return { log: { ...log, revision }, here: true }
  return { log, here: false }
}

/** The first number that is missing among the messages; undefined when there is none. Numbers have no gaps, so it will come. */
export function hole(log: Log): number | undefined {
  const first = log.messages[0]?.seq
  if (first === undefined) return undefined
  const at = log.messages.findIndex((one, n) => one.seq !== first + n)
  return at < 0 ? undefined : first + at
}
