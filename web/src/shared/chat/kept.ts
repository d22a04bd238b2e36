import type { Outbox } from './outbox'

/*
 * What was written and not sent is kept on the device, so that no reload loses it. The names begin as those of all drafts do: they go
 * when the person signs out.
 */
const prefix = 'aftersales.draft.chat.'
const life = 14 * 24 * 3600_000

const read = (name: string): unknown => {
  try {
    const kept = JSON.parse(localStorage.getItem(prefix + name) ?? 'null') as { at?: number; value?: unknown } | null
    return kept && typeof kept.at === 'number' && Date.now() - kept.at < life ? kept.value : undefined
  } catch {
    return undefined // of an older program, or of none
  }
}

const write = (name: string, value: unknown): void => {
  try {
    if (value === undefined) localStorage.removeItem(prefix + name)
    else localStorage.setItem(prefix + name, JSON.stringify({ at: Date.now(), value }))
  } catch {
    // a browser that keeps nothing: it holds as long as the page
  }
}

export const draftOf = (person: string, id: string): string => {
  const value = read(`${person}.${id}.words`)
  return typeof value === 'string' ? value : ''
}

export const keepDraft = (person: string, id: string, words: string): void =>
  write(`${person}.${id}.words`, words.trim() === '' ? undefined : words)

/** Messages that were not answered. Files are not kept, only those that are on the server already. */
export function boxOf(person: string, id: string): Outbox {
  const value = read(`${person}.${id}.box`)
  if (!Array.isArray(value)) return []
  return (value as Outbox).map((one) => ({ ...one, state: one.state === 'failed' ? 'failed' : 'waiting', tries: 0 }))
}

export function keepBox(person: string, id: string, box: Outbox): void {
  const lasting = box
    .filter((one) => !one.file)
    .map(({ clientID, content, at, state }) => ({ clientID, content, at, state }))
  write(`${person}.${id}.box`, lasting.length > 0 ? lasting : undefined)
}

/** Drops what everybody who used this device has written. */
export function forgetWords(): void {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(prefix)) localStorage.removeItem(name)
  } catch {
    // nothing was kept
  }
}
