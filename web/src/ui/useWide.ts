import { useSyncExternalStore } from 'react'

const wide = matchMedia('(min-width: 761px)')

/** Whether there is room for more than a phone's layout. */
export const useWide = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      wide.addEventListener('change', listener)
      return () => wide.removeEventListener('change', listener)
    },
    () => wide.matches,
  )
