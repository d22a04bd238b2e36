import { useEffect, useRef, useState } from 'react'
import { ahead, type Draft, merged } from './draft'
import { draftOf, keepDraft } from './kept'

const keepAfter = 250
const tellAfter = 1_000

/**
 * What is being written in a conversation: on this device at once, at the server a moment later, so that another device goes on with
 * it. `server` is what the server last said of it, `tell` tells it. What could not be told is told with the next change, or when the
 * conversation is opened again.
 */
export function useDraft(
  person: string,
  conversation: string,
  server: string,
  tell: (words: string) => Promise<void>,
): [words: string, write: (words: string) => void] {
  const [draft, setDraft] = useState<Draft>(() => merged(draftOf(person, conversation), server))
  const [touched, setTouched] = useState(false)
  const [known, setKnown] = useState(server)
  if (known !== server) {
    setKnown(server)
    if (!touched) setDraft(merged(draft, server)) // nobody is interrupted while writing
  }

  const latest = useRef({ draft, tell })
  useEffect(() => {
    latest.current = { draft, tell }
  })
  useEffect(() => {
    const timer = setTimeout(() => keepDraft(person, conversation, draft), draft.words === '' ? 0 : keepAfter)
    return () => clearTimeout(timer)
  }, [person, conversation, draft])
  const { words } = draft
  const owed = ahead(draft)
  useEffect(() => {
    if (!owed) return
    const timer = setTimeout(
      () => {
        latest.current.tell(words).then(
          () => setDraft((now) => ({ ...now, base: words })),
          () => undefined, // with the next change
        )
      },
      words === '' ? 0 : tellAfter,
    )
    return () => clearTimeout(timer)
  }, [words, owed])
  useEffect(
    () => () => {
      const { draft: left, tell: last } = latest.current
      keepDraft(person, conversation, left)
      if (ahead(left)) last(left.words).catch(() => undefined)
    },
    [person, conversation],
  )
  return [
    words,
    (next) => {
      setTouched(true)
      setDraft((now) => ({ ...now, words: next }))
    },
  ]
}
