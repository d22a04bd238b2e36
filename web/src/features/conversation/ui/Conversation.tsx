import { type KeyboardEvent, type RefObject, useCallback, useRef, useState } from 'react'
import { useKey } from '@/app/keys'
import { useMe } from '@/app/session'
import { Composer, type ComposerHandle } from '@/shared/chat/Composer'
import type { Message } from '@/shared/chat/log'
import { MessageList } from '@/shared/chat/MessageList'
import { PartsContext } from '@/shared/chat/parts'
import type { Talk, TalkState } from '@/shared/chat/talk'
import { newKey } from '@/shared/idempotency'
import { useErrorText } from '@/ui/Failure'
import { ask } from '../api/tools'
import { useText } from '../messages'
import { snoozeUntil } from '../model/tools'
import { AskParty, type Asking, nothingAsked } from './AskParty'
import { useStaffParts } from './cards'
import css from './chats.module.css'
import { useOffered } from './useOffered'

export type To = 'customer' | 'colleagues' | 'merchant' | 'carrier'

/** As long as this what one sends to others can be taken back before they see it, in milliseconds. */
const pause = 5_000

interface Props {
  talk: Talk
  state: TalkState
  type: () => void
  to: To
  /** The line where one writes, for what puts words into it. */
  composer?: RefObject<ComposerHandle | null>
}

/** What is said, and where one writes, with whom it reaches. */
export function Conversation({ talk, state, type, to, composer: given }: Props) {
  const say = useText()
  const me = useMe()
  const errorText = useErrorText()
  const parts = useStaffParts()
  const own = useRef<ComposerHandle>(null)
  const composer = given ?? own
  const [editing, setEditing] = useState<Message | null>(null)
  const [trouble, setTrouble] = useState<unknown>(null)
  const [asking, setAsking] = useState<Asking>(nothingAsked)
  const onTrouble = useCallback((error: unknown) => setTrouble(error), [])
  const offered = useOffered(talk.id, to, composer)
  useKey('r', say('keys.reply'), () => composer.current?.focus(), { group: say('keys.group') })
  const { view, box } = state
  const takeBack = (clientID: string) => composer.current?.putBack(talk.takeBack(clientID))
  if (!view) return null
  const stepIn = me.role === 'supervisor' && to === 'customer' && view.agent_id !== me.id
  const thread = me.role !== 'merchant' && (to === 'merchant' || to === 'carrier')

  const onWords = (text: string) => {
    setTrouble(null)
    if (asking.due) {
      const due = snoozeUntil(asking.due, new Date()).toISOString()
      setAsking(nothingAsked)
      ask(talk.id, { client_id: newKey(), text, due_at: due }).then(
        () => talk.refresh(),
        (error: unknown) => {
          composer.current?.putBack(text)
          setTrouble(error)
        },
      )
      return
    }
    const mentions = offered.mentions(text)
    const content = {
      kind: 'text' as const,
      text,
      ...(mentions.length > 0 ? { mentions } : {}),
      ...(asking.answers === undefined ? {} : { answers: asking.answers }),
    }
    setAsking(nothingAsked)
    if (me.role !== 'merchant' && (to === 'customer' || to === 'merchant')) talk.sayLater(content, pause)
    else talk.say(content)
  }

  // With nothing written, Enter sends what is still held back, and Escape takes the last of it back.
  const held = box.filter((one) => one.state === 'held')
  const onKey = (event: KeyboardEvent, words: string) => {
    if (offered.onKey(event, words)) return true
    const last = held.at(-1)
    if (words !== '' || !last || (event.key !== 'Enter' && event.key !== 'Escape')) return false
    event.preventDefault()
    if (event.key === 'Escape') takeBack(last.clientID)
    else for (const one of held) talk.release(one.clientID)
    return true
  }

  return (
    <PartsContext value={parts}>
      <div className={css.talk} data-to={to}>
        <MessageList
          talk={talk}
          state={state}
          canWrite={view.can_write}
          onEdit={setEditing}
          onTrouble={onTrouble}
          onTakeBack={takeBack}
        />
        {trouble !== null && (
          <p role="alert" className={css.strip}>
            {errorText(trouble)}
          </p>
        )}
        {offered.note && (
          <p role="status" className={css.strip}>
            {offered.note}
          </p>
        )}
        {view.can_write ? (
          <Composer
            ref={composer}
            person={me.id}
            talk={talk}
            draft={view.draft ?? ''}
            enterSends
            placeholder={say(`write.${to}`)}
            audience={
              <div className={css.to} data-to={to}>
                <b>{say(`to.${to}`)}</b>
                <span>{stepIn ? say('stepIn') : say(`to.${to}Hint`)}</span>
                {thread && <AskParty view={view} asking={asking} onAsking={setAsking} />}
              </div>
            }
            offered={offered.list}
            onChange={offered.onChange}
            onKey={onKey}
            onWords={onWords}
            onFiles={(files) => files.forEach((file) => talk.say({ kind: 'picture' }, file))}
            onType={type}
            editing={editing}
            onEdited={(text) => {
              const { seq = 0 } = editing ?? {}
              setEditing(null)
              setTrouble(null)
              talk.edit(seq, text).catch(onTrouble)
            }}
            onEditEnd={() => setEditing(null)}
          />
        ) : (
          <p className={css.cannot}>
            {view.state === 'closed'
              ? `${say('closed')} · ${say('closedText')}`
              : view.agent_id
                ? say('watching')
                : say('claimText')}
          </p>
        )}
      </div>
    </PartsContext>
  )
}
