import { type Draft, noDraft, withHeld } from './draft'
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

/** What was being written, with what the server had of it. */
export function draftOf(person: string, id: string): Draft {
  const value = read(`${person}.${id}.words`)
  if (typeof value === 'string') return { words: value, base: '' } // of an older program
  const { words, base } = (value ?? {}) as Partial<Draft>
  return typeof words === 'string' && typeof base === 'string' ? { words, base } : noDraft
}

export const keepDraft = (person: string, id: string, draft: Draft): void =>
  write(`${person}.${id}.words`, draft.words === '' && draft.base === '' ? undefined : draft)

/**
 * Messages that were not answered. Files are not kept, only those that are on the server already. What was held back when the page was
 * left is not sent behind its writer's back: it becomes the draft again.
 */
export function boxOf(person: string, id: string): Outbox {
  const value = read(`${person}.${id}.box`)
  if (!Array.isArray(value)) return []
  const held = (value as Outbox).filter((one) => one.state === 'held')
  const rest = (value as Outbox).filter((one) => one.state !== 'held')
  if (held.length > 0) {
    const draft = draftOf(person, id)
    const words = withHeld(
      draft.words,
      held.map((one) => one.content.text ?? ''),
    )
    keepDraft(person, id, { ...draft, words })
    keepBox(person, id, rest)
  }
  return rest.map((one) => ({ ...one, state: one.state === 'failed' ? 'failed' : 'waiting', tries: 0 }))
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
