import { useCallback, useState } from 'react'
import type { Kind } from '../orders/queries'
import { type Draft, forget, keep, recall } from './draft'

/** A draft that is kept on the device with every change. */
export function useDraft(person: string, orderID: string, kind: Kind) {
  const [draft, setDraft] = useState(() => recall(person, orderID, kind))
  const change = useCallback(
    (part: Partial<Draft> | ((now: Draft) => Partial<Draft>)) =>
      setDraft((now) => {
        const changed = typeof part === 'function' ? part(now) : part
        if (Object.keys(changed).length === 0) return now
        const next = { ...now, ...changed }
        keep(person, next)
        return next
      }),
    [person],
  )
  const drop = useCallback(() => forget(person, { orderID, kind }), [person, orderID, kind])
  return { draft, change, drop }
}
