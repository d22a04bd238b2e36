import type { Schemas } from '@/shared/api'
import { newKey } from '@/shared/idempotency'
import type { Kind } from '../orders/queries'

export type Evidence = Pick<Schemas['Evidence'], 'id' | 'kind' | 'thumbnail'>

/** What somebody has said so far of what they want. It is kept on the device, so that nothing is said twice. */
export interface Draft {
  readonly kind: Kind
  readonly orderID: string
  /** Units by order line; what is not in it was not chosen. */
  readonly lines: Readonly<Record<string, number>>
  /** exchange: the variant that is wanted, by order line. */
  readonly variants: Readonly<Record<string, string>>
  /** complaint: what it is about. */
  readonly subject: 'goods' | 'service' | null
  readonly reason: string | null
  readonly words: string
  /** repair: what is printed on the thing. */
  readonly serial: string
  /** Fen that are asked for; null: all that can be had. */
  readonly amount: number | null
  readonly evidence: readonly Evidence[]
  /** What is needed and not at hand: it will be asked for later. */
  readonly later: boolean
  /** The case, once it is open: only the questions are left. */
  readonly opened: string | null
  /** The Idempotency-Key, and the content that it was used for. */
  readonly key: string
  readonly sent: string
  readonly at: number
}

export const blank = (kind: Kind, orderID: string, now = Date.now()): Draft => ({
  kind,
  orderID,
  lines: {},
  variants: {},
  subject: null,
  reason: null,
  words: '',
  serial: '',
  amount: null,
  evidence: [],
  later: false,
  opened: null,
  key: '',
  sent: '',
  at: now,
})

/** Everything that was typed is dropped after this long: the order has moved on by then. */
const life = 14 * 24 * 3600_000
const prefix = 'aftersales.draft.'
const place = (person: string, orderID: string, kind: string) => `${prefix}${person}.${orderID}.${kind}`

/** The draft of a person for an order and a kind of request, or an empty one. */
export function recall(person: string, orderID: string, kind: Kind, now = Date.now()): Draft {
  const empty = blank(kind, orderID, now)
  const kept = read(place(person, orderID, kind))
  const draft = kept && now - kept.at < life ? { ...empty, ...kept, kind, orderID } : empty
  return draft.key === '' ? { ...draft, key: newKey() } : draft
}

export function keep(person: string, draft: Draft, now = Date.now()): void {
  try {
    localStorage.setItem(place(person, draft.orderID, draft.kind), JSON.stringify({ ...draft, at: now }))
  } catch {
    // a browser that keeps nothing, or has no room: it holds as long as the page
  }
}

export function forget(person: string, draft: Pick<Draft, 'orderID' | 'kind'>): void {
  try {
    localStorage.removeItem(place(person, draft.orderID, draft.kind))
  } catch {
    // nothing was kept
  }
}

/** The kinds of request that a person has begun for an order. */
export function begun(person: string, orderID: string, now = Date.now()): Kind[] {
  const start = place(person, orderID, '')
  return names()
    .filter((name) => name.startsWith(start))
    .flatMap((name) => {
      const kept = read(name)
      return kept && now - kept.at < life && said(kept) ? [kept.kind] : []
    })
}

/** Drops the drafts of everybody who used this device. */
export function forgetDrafts(): void {
  for (const name of names()) localStorage.removeItem(name)
}

/** Whether anything was said that would be a pity to lose. */
export const said = (draft: Draft): boolean =>
  draft.opened !== null ||
  draft.reason !== null ||
  draft.words !== '' ||
  draft.serial !== '' ||
  draft.evidence.length > 0 ||
  draft.subject !== null

function names(): string[] {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(prefix))
  } catch {
    return []
  }
}

function read(name: string): Draft | null {
  try {
    const value = JSON.parse(localStorage.getItem(name) ?? 'null') as Draft | null
    return typeof value === 'object' && value !== null && typeof value.at === 'number' ? value : null
  } catch {
    return null // of an older program, or of none
  }
}

/**
 * What is sent to open the case. The serial number has no field of its own: it leads the description, under the words that name it.
 */
export function contentOf(draft: Draft, serialLine: (serial: string) => string): Schemas['Open'] {
  const service = draft.subject === 'service'
  const words = [draft.serial.trim() && serialLine(draft.serial.trim()), draft.words.trim()].filter(Boolean).join('\n')
  return {
    kind: draft.kind,
    order_id: draft.orderID,
    lines: service
      ? []
      : Object.entries(draft.lines)
          .filter(([, quantity]) => quantity > 0)
          .map(([line_id, quantity]) => {
            const variant = draft.kind === 'exchange' ? draft.variants[line_id] : undefined
            return { line_id, quantity, ...(variant ? { variant_id: variant } : {}) }
          }),
    ...(draft.reason ? { reason: draft.reason } : {}),
    ...(words ? { text: words } : {}),
    ...(draft.evidence.length > 0 ? { evidence: draft.evidence.map((one) => one.id) } : {}),
    ...(draft.amount !== null && takesAmount(draft)
      ? { amount: { minor: draft.amount, currency: 'CNY' as const } }
      : {}),
    ...(draft.kind === 'complaint' && draft.subject ? { subject: draft.subject } : {}),
  }
}

export const takesAmount = (draft: Draft): boolean =>
  draft.kind === 'refund_only' || (draft.kind === 'complaint' && draft.subject !== 'service')

/**
 * The draft with the key for sending this content: the same for every repeat, be it from another tab, and a new one when something
 * else is asked for.
 */
export function keyed(draft: Draft, content: unknown): Draft {
  const sent = JSON.stringify(content)
  return draft.sent === '' || draft.sent === sent ? { ...draft, sent } : { ...draft, key: newKey(), sent }
}

/** The draft after the server refused it: asked again, it may say something else, so that is another intention. */
export const refused = (): Pick<Draft, 'key' | 'sent'> => ({ key: newKey(), sent: '' })
