/** The languages of the screens, and which one is chosen. */
export const languages = ['zh-CN', 'en'] as const
export type Language = (typeof languages)[number]

const place = 'aftersales.language'
const isLanguage = (value: unknown): value is Language => languages.includes(value as Language)

/** What the person chose on this device; else the first of the browser's languages that we speak; else Chinese. */
function found(): Language {
  const chosen = remembered()
  if (chosen) return chosen
  for (const tag of navigator.languages) {
    if (/^zh\b/i.test(tag)) return 'zh-CN'
    if (/^en\b/i.test(tag)) return 'en'
  }
  return 'zh-CN'
}

function remembered(): Language | null {
  try {
    const value = localStorage.getItem(place)
    return isLanguage(value) ? value : null
  } catch {
    return null // a browser that keeps nothing
  }
}

let chosen = remembered() !== null
let current = found()
const listeners = new Set<() => void>()

export const language = (): Language => current

export function setLanguage(next: Language): void {
  current = next
  chosen = true
  try {
    localStorage.setItem(place, next)
  } catch {
    // then for this visit only
  }
  listeners.forEach((listener) => listener())
}

export function onLanguage(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Whether the person chose on this device, rather than that we guessed. */
export const languageIsChosen = (): boolean => chosen

/** Keeps the choice on a device that was told at sign-out to forget everything: it says nothing about who was here. */
export function keepLanguage(): void {
  if (chosen) setLanguage(current)
}
