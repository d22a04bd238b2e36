import type { Stale } from './reduce'

/** How long what is out of date waits for more of it: a moment, longer after there was something just now, and long unseen. */
export const pauses = { first: 15, next: 250, hidden: 15_000 } as const

const name = (stale: Stale) => stale.join('\n')

/** Leaves out what a shorter key names already. */
export function merge(all: readonly Stale[]): Stale[] {
  const kept = new Map(all.map((stale) => [name(stale), stale]))
  return [...kept.values()].filter(
    (stale) => !stale.some((_, length) => length > 0 && kept.has(name(stale.slice(0, length)))),
  )
}

/** Collects what is out of date, so that a storm of news asks for everything once. */
export function batch(ask: (stale: Stale) => void, hidden: () => boolean) {
  let waiting: Stale[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let last = -Infinity

  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (waiting.length === 0) return
    last = performance.now()
    const now = merge(waiting)
    waiting = []
    now.forEach((one) => ask(one))
  }
  const add = (stale: readonly Stale[]) => {
    if (stale.length === 0) return
    waiting.push(...stale)
    if (timer !== undefined) return
    const since = performance.now() - last
    timer = setTimeout(flush, hidden() ? pauses.hidden : since < pauses.next ? pauses.next - since : pauses.first)
  }
  return { add, flush }
}
