import { type KeyboardEvent, type ReactNode, type RefObject, useRef, useState } from 'react'
import { useMe } from '@/app/session'
import type { ComposerHandle } from '@/shared/chat/Composer'
import { filled, useCanned, useWorkmates } from '../api/tools'
import { useText } from '../messages'
import { cannedIn, mentioned, mentionIn, withMention } from '../model/tools'
import type { To } from './Conversation'
import { type Offer, Offered } from './Offered'

/** Canned replies behind a slash, and colleagues behind an at sign: offered above the composer while one writes. */
export function useOffered(
  conversation: string,
  to: To,
  composer: RefObject<ComposerHandle | null>,
): {
  list: ReactNode
  onChange: (words: string) => void
  onKey: (event: KeyboardEvent, words: string) => boolean
  mentions: (words: string) => string[]
  note: string | null
} {
  const say = useText()
  const me = useMe()
  const [words, setWords] = useState('')
  const [at, setAt] = useState(0)
  const [note, setNote] = useState<string | null>(null)
  const chosen = useRef(new Map<string, string>())
  const begins = to === 'colleagues' ? null : cannedIn(words)
  const naming = to === 'colleagues' ? mentionIn(words) : null
  const canned = useCanned(begins).data ?? []
  const mates = useWorkmates(naming !== null).data ?? []
  const items: Offer[] =
    begins !== null
      ? canned.map((one) => ({ id: one.id, title: `/${one.shortcut}`, hint: `${one.title} · ${one.text}` }))
      : naming !== null
        ? mates
            .filter((one) => one.id !== me.id && one.name.includes(naming))
            .slice(0, 8)
            .map((one) => ({ id: one.id, title: one.name, hint: '' }))
        : []
  const place = Math.min(at, Math.max(0, items.length - 1))
  const put = (next: string) => {
    setWords(next)
    composer.current?.write(next)
  }
  const pick = (one: Offer) => {
    setAt(0)
    if (naming !== null) {
      chosen.current.set(one.id, one.title)
      put(withMention(words, one.title))
      return
    }
    filled(conversation, one.id).then(
      ({ text, missing }) => {
        put(text)
        setNote(missing.length > 0 ? say('canned.missing', { names: missing.join(', ') }) : null)
      },
      () => setNote(say('canned.failed')),
    )
  }
  return {
    list:
      items.length > 0 ? (
        <Offered
          label={say(naming !== null ? 'canned.colleagues' : 'canned.title')}
          items={items}
          at={place}
          onPick={pick}
        />
      ) : null,
    onChange: (next) => {
      setWords(next)
      setAt(0)
      setNote(null)
    },
    onKey: (event) => {
      if (items.length === 0) return false
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      const one = items[place]
      if (by !== undefined) setAt((place + by + items.length) % items.length)
      else if ((event.key === 'Enter' || event.key === 'Tab') && one) pick(one)
      else if (event.key === 'Escape') setWords('')
      else return false
      event.preventDefault()
      return true
    },
    mentions: (text) => mentioned(text, chosen.current),
    note,
  }
}
