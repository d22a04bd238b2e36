import { useRef, useState } from 'react'
import { Cancelled } from '@/shared/api'
import { useIntention } from '@/shared/idempotency'

interface Command<Content, Result> {
  /** Sends the content under the key. */
  send: (content: Content, key: string) => Promise<Result>
  onDone?: (result: Result) => void
}

/**
 * A command that a button gives. However often it is pressed while it is under way, it is given once; the same content is sent under the same
 * key until it was done. `error` is what stands in the way; a dialog that was closed is nothing.
 */
export function useCommand<Content = void, Result = unknown>({ send, onDone }: Command<Content, Result>) {
  const intention = useIntention()
  const running = useRef(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)

  const run = async (content: Content): Promise<void> => {
    if (running.current) return
    running.current = true
    setBusy(true)
    setError(null)
    try {
      const result = await send(content, intention.key(content))
      intention.done()
      onDone?.(result)
    } catch (failure) {
      if (!(failure instanceof Cancelled)) setError(failure)
    } finally {
      running.current = false
      setBusy(false)
    }
  }
  return { run, busy, error, clear: () => setError(null) }
}
