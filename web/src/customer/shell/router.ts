import { useSyncExternalStore } from 'react'

/** Where the person is. `key` names the entry of the browser's history, for the place on the page that they come back to. */
export interface Place {
  readonly path: string
  readonly query: URLSearchParams
  readonly key: string
}

export type Params = Readonly<Record<string, string>>

/** The parameters of a path by a pattern such as `/orders/:id`, or null when it is another path. */
export function match(pattern: string, path: string): Params | null {
  const [wanted, given] = [pattern.split('/'), path.replace(/(.)\/+$/, '$1').split('/')]
  if (wanted.length !== given.length) return null
  const params: Record<string, string> = {}
  for (const [i, part] of wanted.entries()) {
    const value = given[i] ?? ''
    if (!part.startsWith(':')) {
      if (part !== value) return null
    } else if (value === '') {
      return null
    } else {
      try {
        params[part.slice(1)] = decodeURIComponent(value)
      } catch {
        return null // half of an escape: nobody's address
      }
    }
  }
  return params
}

interface Entry {
  key: string
  /** How many of our own entries lie before this one: whether there is anything to go back to. */
  depth: number
}

const entryOf = (state: unknown): Entry | null =>
  typeof state === 'object' && state !== null && 'key' in state && 'depth' in state ? (state as Entry) : null

const scrolls = new Map<string, number>()
const listeners = new Set<() => void>()
let entry: Entry = entryOf(history.state) ?? { key: 'first', depth: 0 }
let place: Place = read()
let moves = 0

function read(): Place {
  return { path: location.pathname, query: new URLSearchParams(location.search), key: entry.key }
}

function arrive(next: Entry) {
  scrolls.set(entry.key, scrollY)
  entry = next
  place = read()
  moves++
  listeners.forEach((listener) => listener())
}

/** Goes to a path of this very site, `/orders/1?line=2` say; `replace` leaves no way back to where one was. */
export function go(to: string, { replace = false } = {}): void {
  const next = { key: crypto.randomUUID(), depth: replace ? entry.depth : entry.depth + 1 }
  if (replace) history.replaceState(next, '', to)
  else history.pushState(next, '', to)
  arrive(next)
}

/** Goes back where one came from; to `otherwise` when that was not a place of ours. */
export function back(otherwise: string): void {
  if (entry.depth > 0) history.back()
  else go(otherwise, { replace: true })
}

/** How far down the page was when one left this place; 0 for a new one. */
export const scrollOf = (key: string): number => scrolls.get(key) ?? 0

/** How often the person has moved: 0 while the page is as it was loaded. */
export const movesSoFar = (): number => moves

/** Begins to listen to the browser's own buttons. */
export function begin(): () => void {
  history.scrollRestoration = 'manual'
  history.replaceState(entry, '')
  const popped = (event: PopStateEvent) => arrive(entryOf(event.state) ?? { key: crypto.randomUUID(), depth: 0 })
  addEventListener('popstate', popped)
  return () => removeEventListener('popstate', popped)
}

const listen = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const usePlace = (): Place => useSyncExternalStore(listen, () => place)
