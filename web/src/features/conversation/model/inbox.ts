import type { Schemas } from '@/shared/api'
import type { Filters, Head } from '../api/chats'

/** The views of the inbox: lists of conversations, and others. */
export const views = [
  'queue',
  'mine',
  'due',
  'follow',
  'team',
  'bot',
  'closed',
  'colleagues',
  'merchant',
  'asked',
  'filter',
  'search',
] as const
export type View = (typeof views)[number]

const filters = {
  mine: { whose: 'mine', state: 'people' },
  team: { whose: 'team', state: 'people' },
  bot: { whose: 'team', state: 'bot' },
  closed: { whose: 'team', state: 'closed' },
  colleagues: { whose: 'team', audience: 'colleagues' },
  merchant: { whose: 'team', audience: 'merchant' },
} as const satisfies Partial<Record<View, Filters>>

/** Views that are a list of conversations with fixed filters. */
export type Listed = keyof typeof filters
export const isListed = (view: View): view is Listed => view in filters
export const filtersOf = (view: Listed): Filters => filters[view]

export const viewsOf = (role: string): readonly View[] => views.filter((one) => one !== 'mine' || role === 'agent')

/** Lists of customers' conversations: several of them can be dealt with at once. */
export const isCustomers = (view: View): boolean => !['colleagues', 'merchant'].includes(view)

export const viewOf = (role: string, wanted: string | undefined): View => {
  const open = viewsOf(role)
  return open.find((one) => one === wanted) ?? (role === 'agent' ? 'mine' : (open[0] ?? 'queue'))
}

/** After so long without an answer a conversation stands out, in milliseconds. */
const patience = { soon: 60_000, over: 100_000 } as const

export const pressing = (since: string | undefined, now: number): 'no' | 'soon' | 'over' => {
  if (since === undefined) return 'no'
  const waited = now - Date.parse(since)
  return waited >= patience.over ? 'over' : waited >= patience.soon ? 'soon' : 'no'
}

/** A few characters by which people tell customers apart whose names they have not asked to see. */
export const shortOf = (id: string): string => id.slice(-4).toUpperCase()

/** The one after or before another in a list; the first where there is none. */
export function neighbour<Item extends { id: string }>(
  items: readonly Item[],
  id: string | undefined,
  by: 1 | -1,
): Item | undefined {
  const at = items.findIndex((one) => one.id === id)
  if (at < 0) return items[0]
  return items[Math.min(items.length - 1, Math.max(0, at + by))]
}

/** What was said last, in a line: words, or the name of what has none. */
export function lineOf(
  last: Schemas['Message'] | undefined,
  name: (
    kind: 'nothing' | 'recalled' | 'picture' | 'file' | 'order' | 'product' | 'case' | 'system' | 'link',
  ) => string,
): string {
  if (!last) return name('nothing')
  if (last.recalled_at || last.erased) return name('recalled')
  const words = last.content.text?.replaceAll('\n', ' ')
  if (words) return words
  return name(last.kind as 'picture')
}

/** Those who wait longest stand first. */
export const byWaiting = (a: Pick<Head, 'waiting_since'>, b: Pick<Head, 'waiting_since'>): number =>
  (a.waiting_since ?? '9').localeCompare(b.waiting_since ?? '9')
