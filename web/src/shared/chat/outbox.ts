import type { Schemas } from '@/shared/api'
import type { Message } from './log'

type Send = Schemas['Send']

/** What a message says, as it is sent. */
export type Content = Omit<Send, 'client_id'>

/**
 * A message of one's own that is not answered yet. `held` back for a moment, in which its writer can think again; `waiting` for those
 * before it, `sending`, `late`: not sent yet, it is tried again; `failed`: the server will not have it, or a file could not be read, and
 * the person decides.
 */
export interface Outgoing {
  readonly clientID: string
  readonly content: Content
  readonly at: number
  readonly state: 'held' | 'waiting' | 'sending' | 'late' | 'failed'
  /** How often it was tried in vain. */
  readonly tries: number
  readonly error?: unknown
  /** A picture or a file that must be sent first; `progress` is between 0 and 1. */
  readonly file?: File
  readonly preview?: string
  readonly progress?: number
  /** Held: when it goes. */
  readonly until?: number
}

export type Outbox = readonly Outgoing[]

/** Puts a message at the end: to be sent when it is its turn, or, with a time, held back until then. */
export const added = (box: Outbox, one: Omit<Outgoing, 'state' | 'tries'>): Outbox =>
  box.some((other) => other.clientID === one.clientID)
    ? box
    : [...box, { ...one, state: one.until === undefined ? 'waiting' : 'held', tries: 0 }]

const change = (box: Outbox, clientID: string, part: (one: Outgoing) => Outgoing): Outbox =>
  box.some((one) => one.clientID === clientID) ? box.map((one) => (one.clientID === clientID ? part(one) : one)) : box

function without(one: Outgoing, name: 'file' | 'error'): Outgoing {
  const copy: { -readonly [Key in keyof Outgoing]: Outgoing[Key] } = { ...one }
  if (name === 'file') delete copy.file
  else delete copy.error
  return copy
}

/** Whoever wrote it has thought about it. */
export const released = (box: Outbox, clientID: string): Outbox =>
  change(box, clientID, (one) => (one.state === 'held' ? { ...one, state: 'waiting' } : one))

export const sending = (box: Outbox, clientID: string): Outbox =>
  change(box, clientID, (one) => ({ ...one, state: 'sending' }))

export const progressed = (box: Outbox, clientID: string, progress: number): Outbox =>
  change(box, clientID, (one) => ({ ...one, progress }))

/** Its file is on the server: what is sent from now on names it. */
export const uploaded = (box: Outbox, clientID: string, content: Content): Outbox =>
  change(box, clientID, (one) => ({ ...without(one, 'file'), content, progress: 1 }))

/** The network or the server is away. */
export const late = (box: Outbox, clientID: string): Outbox =>
  change(box, clientID, (one) => ({ ...one, state: 'late', tries: one.tries + 1 }))

export const failed = (box: Outbox, clientID: string, error: unknown): Outbox =>
  change(box, clientID, (one) => ({ ...one, state: 'failed', error }))

/** The person has it tried again, under the same ID: should it have arrived after all, it is not there twice. */
export const retried = (box: Outbox, clientID: string): Outbox =>
  change(box, clientID, (one) => ({ ...without(one, 'error'), state: 'waiting', tries: 0 }))

export const dropped = (box: Outbox, clientID: string): Outbox => box.filter((one) => one.clientID !== clientID)

/** What arrived, be it as the answer or by another way, is not on its way any more. */
export function arrived(box: Outbox, items: readonly Message[]): Outbox {
  const own = new Set(items.flatMap((one) => (one.from.mine && one.client_id ? [one.client_id] : [])))
  const left = box.filter((one) => !own.has(one.clientID))
  return left.length === box.length ? box : left
}

/**
 * The next to be sent: one at a time, in the order in which they were written. What failed keeps no other waiting; what is held back
 * does, because what follows it may answer it.
 */
export function next(box: Outbox): Outgoing | undefined {
  const first = box.find((one) => one.state !== 'failed')
  return first?.state === 'held' ? undefined : first
}

/** How long to wait before a message is tried again, in milliseconds. */
export const patience = (tries: number): number => Math.min(500 * 2 ** Math.max(0, tries - 1), 10_000)
