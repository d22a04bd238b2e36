import { useSyncExternalStore } from 'react'

/** Light, dark, or as the system says. `public/theme.js` sets it before the first paint. */
export type Theme = 'light' | 'dark' | 'system'

const place = 'aftersales.theme'
const system = matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()

function stored(): Theme {
  try {
    const value = localStorage.getItem(place)
    return value === 'light' || value === 'dark' ? value : 'system'
  } catch {
    return 'system'
  }
}

let chosen = stored()

const shown = (): 'light' | 'dark' => (chosen === 'system' ? (system.matches ? 'dark' : 'light') : chosen)

function apply() {
  document.documentElement.dataset['theme'] = shown()
  listeners.forEach((listener) => listener())
}

system.addEventListener('change', apply)
apply()

export function setTheme(next: Theme): void {
  chosen = next
  try {
    localStorage.setItem(place, next)
  } catch {
    // then for this visit only
  }
  apply()
}

/** Keeps the choice on a device that was told at sign-out to forget everything: it says nothing about who was here. */
export function keepTheme(): void {
  if (chosen !== 'system') setTheme(chosen)
}

function listen(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** What was chosen, and what is shown because of it. */
export function useTheme(): { chosen: Theme; shown: 'light' | 'dark' } {
  const [a, b] = [useSyncExternalStore(listen, () => chosen), useSyncExternalStore(listen, shown)]
  return { chosen: a, shown: b }
}
