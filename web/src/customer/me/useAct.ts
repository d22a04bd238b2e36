import { useRef, useState } from 'react'
import { Cancelled } from '@/shared/api'

/** Something that is done on a press, once at a time; what went wrong stays until the next try. A person who thinks better of it did nothing wrong. */
export function useAct() {
  const running = useRef(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const run = async (work: () => Promise<unknown>): Promise<boolean> => {
    if (running.current) return false
    running.current = true
    setBusy(true)
    setError(null)
    try {
      await work()
      return true
    } catch (failure) {
      if (!(failure instanceof Cancelled)) setError(failure)
      return false
    } finally {
      running.current = false
      setBusy(false)
    }
  }
  return { run, busy, error, setError }
}
