import { useSyncExternalStore } from 'react'

const queries = new Map<number, MediaQueryList>()

function query(least: number): MediaQueryList {
  let one = queries.get(least)
  if (!one) queries.set(least, (one = matchMedia(`(min-width: ${least}px)`)))
  return one
}

/** Whether the window has so many pixels; without a number, whether there is room for more than a phone's layout. */
export const useWide = (least = 761): boolean =>
  useSyncExternalStore(
    (listener) => {
      const wide = query(least)
      wide.addEventListener('change', listener)
      return () => wide.removeEventListener('change', listener)
    },
    () => query(least).matches,
  )
