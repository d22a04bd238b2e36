import { useEffect, useRef, useSyncExternalStore } from 'react'

/*
 * Keyboard shortcuts. Whatever is on the screen says which keys it listens to and what they do; the sheet behind `?` lists them. Keys
 * never act while somebody types, composes Chinese, or has a dialog open, unless they say so.
 */

export interface Shortcut {
  /** `j`, `g c` for one after the other, `mod+k` for Ctrl or ⌘, `?`, `Enter`. */
  keys: string
  label: string
  group: string
}

interface Entry extends Shortcut {
  run: (event: KeyboardEvent) => void
  always: boolean
}

let entries: readonly Entry[] = []
const listeners = new Set<() => void>()

function change(next: readonly Entry[]) {
  entries = next
  listeners.forEach((listener) => listener())
}

let prefix = ''
let prefixTimer: ReturnType<typeof setTimeout> | undefined

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    /^(TEXTAREA|SELECT)$/.test(target.tagName) ||
    (target instanceof HTMLInputElement && !/^(checkbox|radio|button)$/.test(target.type)))

function nameOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key : event.key
  return event.ctrlKey || event.metaKey ? `mod+${key.toLowerCase()}` : key
}

function onKey(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing || event.altKey) return
  const blocked =
    typing(event.target) || document.querySelector('dialog[open], [popover]:popover-open, .ant-modal-wrap') !== null
  const key = nameOf(event)
  const keys = prefix ? `${prefix} ${key}` : key
  prefix = ''
  clearTimeout(prefixTimer)
  const able = entries.filter((entry) => !blocked || entry.always)
  // The latest that listens wins: a drawer over a list.
  const hit = able.findLast((entry) => entry.keys === keys) ?? able.findLast((entry) => entry.keys === key)
  if (hit) {
    event.preventDefault()
    hit.run(event)
  } else if (able.some((entry) => entry.keys.startsWith(`${key} `))) {
    prefix = key
    prefixTimer = setTimeout(() => (prefix = ''), 1200)
  }
}

if (typeof document !== 'undefined') document.addEventListener('keydown', onKey)

interface Options {
  /** Under which heading the sheet lists it. */
  group?: string
  /** Whether it is there at all. */
  when?: boolean
  /** Acts while somebody types or a dialog is open, too. */
  always?: boolean
}

/** Listens to a key as long as the component is there. */
export function useKey(keys: string, label: string, run: (event: KeyboardEvent) => void, options: Options = {}): void {
  const { group = '', when = true, always = false } = options
  const latest = useRef(run)
  useEffect(() => {
    latest.current = run
  })
  useEffect(() => {
    if (!when) return
    const entry: Entry = { keys, label, group, always, run: (event) => latest.current(event) }
    change([...entries, entry])
    return () => change(entries.filter((one) => one !== entry))
  }, [keys, label, group, always, when])
}

/** All keys that act now, for the sheet. */
export const useShortcuts = (): readonly Shortcut[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => entries,
  )

export const modKey = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl'
