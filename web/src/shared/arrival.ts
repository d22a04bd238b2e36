import { useCallback, useEffect, useRef, useState } from 'react'
import { api, Cancelled, isProblem, take } from './api'
import { serverNow } from './time'

/*
 * The fresh factor of those who have neither a second factor nor a password here, because the shop or their company's service brings them: that
 * they came in a moment ago. They come in once more in another tab, so that the page they are on keeps all that was typed; the tab that they
 * arrive in says so, and the page goes on.
 */

const channel = 'aftersales-arrival'

/** How long a sign-in counts as fresh, less what the request itself may take. */
const freshFor = 5 * 60_000 - 15_000

/** Tells the other tabs of this browser that somebody came in here. */
export function announceArrival(): void {
  if (typeof BroadcastChannel === 'undefined') return
  const to = new BroadcastChannel(channel)
  to.postMessage('here')
  to.close()
}

/** Hears of arrivals in other tabs, and of coming back to this one. */
export function onArrival(hear: () => void): () => void {
  const from = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(channel)
  const looked = () => document.visibilityState === 'visible' && hear()
  from?.addEventListener('message', hear)
  document.addEventListener('visibilitychange', looked)
  return () => {
    from?.close()
    document.removeEventListener('visibilitychange', looked)
  }
}

/** When the session of this browser began; null when it is nobody's, or somebody else's than `person`. */
export async function sessionOf(person: string | undefined): Promise<{ id: string; fresh: boolean } | null> {
  const here = await take(api.GET('/v1/session', {}))
  if (!here.person || here.person.id !== person) return null
  const { items } = await take(api.GET('/v1/me/sessions', {}))
  const current = items.find((one) => one.current)
  return current ? { id: current.id, fresh: serverNow() - new Date(current.created_at).getTime() < freshFor } : null
}

interface Props {
  /** Who must come in again. */
  person: string | undefined
  /** Proves that they came; what is wrong with it is thrown. */
  prove: () => Promise<void>
  /** Asks for the factor anew, in the name of the session that began since. */
  renew: () => void
  /** The factor was asked for anew because somebody came in: it is brought without another press. */
  renewed: boolean
  /** Somebody else came in. */
  onOther: () => void
}

export type Stand = 'looking' | 'fresh' | 'away' | 'proving'

/** Follows somebody who comes in again: what to show, and the press that goes on. */
export function useComingAgain({ person, prove, renew, renewed, onOther }: Props) {
  const [stand, setStand] = useState<Stand>('looking')
  const [error, setError] = useState<unknown>(null)
  /** The session that was there when the factor was asked for, or that did not count. */
  const known = useRef<string | null>(null)
  const proving = useRef(false)

  const go = useCallback(async () => {
    if (proving.current) return
    proving.current = true
    setStand('proving')
    setError(null)
    try {
      await prove()
    } catch (failure) {
      // Each sign-in is good for one action only: this one was used, or is too old.
      setStand('away')
      if (!isProblem(failure, 'factor_refused') && !(failure instanceof Cancelled)) setError(failure)
    } finally {
      proving.current = false
    }
  }, [prove])

  const latest = useRef({ go, renew, onOther })
  useEffect(() => {
    latest.current = { go, renew, onOther }
  })

  useEffect(() => {
    let gone = false
    const look = async (first: boolean) => {
      if (proving.current) return
      try {
        const session = await sessionOf(person)
        if (gone) return
        if (session === null) {
          if (first) setStand('away')
          else latest.current.onOther()
        } else if (first) {
          known.current = session.id
          setStand(session.fresh ? 'fresh' : 'away')
          if (renewed && session.fresh) void latest.current.go()
        } else if (session.fresh && session.id !== known.current) {
          known.current = session.id
          latest.current.renew()
        }
      } catch (failure) {
        if (gone || !first) return
        setStand('away')
        setError(failure)
      }
    }
    void look(true)
    const stop = onArrival(() => void look(false))
    return () => {
      gone = true
      stop()
    }
  }, [person, renewed])

  return { stand, error, go }
}
