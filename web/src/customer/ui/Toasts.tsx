import { useSyncExternalStore } from 'react'
import { Icon } from './Icon'

interface Toast {
  id: number
  text: string
  tone: 'good' | 'bad'
}

let toasts: readonly Toast[] = []
let last = 0
const listeners = new Set<() => void>()

function set(next: readonly Toast[]) {
  toasts = next
  listeners.forEach((listener) => listener())
}

/** Says shortly that something was done. What a person must read to go on belongs on the page instead. */
export function toast(text: string, tone: 'good' | 'bad' = 'good'): void {
  const id = ++last
  set([...toasts.slice(-2), { id, text, tone }])
  setTimeout(() => set(toasts.filter((one) => one.id !== id)), 4000 + text.length * 40)
}

const listen = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function Toasts() {
  const shown = useSyncExternalStore(listen, () => toasts)
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map((one) => (
        <div key={one.id} className={`toast ${one.tone}`}>
          <Icon name={one.tone === 'good' ? 'check' : 'alert'} size={20} />
          {one.text}
        </div>
      ))}
    </div>
  )
}
