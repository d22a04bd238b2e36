import { useCallback, useRef, useState } from 'react'
import { useKey } from '@/app/keys'
import { useMe } from '@/app/session'
import { Composer, type ComposerHandle } from '@/shared/chat/Composer'
import type { Message } from '@/shared/chat/log'
import { MessageList } from '@/shared/chat/MessageList'
import { PartsContext } from '@/shared/chat/parts'
import type { Talk, TalkState } from '@/shared/chat/talk'
import { useErrorText } from '@/ui/Failure'
import { useText } from '../messages'
import { useStaffParts } from './cards'
import css from './chats.module.css'

export type To = 'customer' | 'colleagues' | 'merchant' | 'carrier'

interface Props {
  talk: Talk
  state: TalkState
  type: () => void
  to: To
}

/** What is said, and where one writes, with whom it reaches. */
export function Conversation({ talk, state, type, to }: Props) {
  const say = useText()
  const me = useMe()
  const errorText = useErrorText()
  const parts = useStaffParts()
  const composer = useRef<ComposerHandle>(null)
  const [editing, setEditing] = useState<Message | null>(null)
  const [trouble, setTrouble] = useState<unknown>(null)
  const onTrouble = useCallback((error: unknown) => setTrouble(error), [])
  useKey('r', say('keys.reply'), () => composer.current?.focus(), { group: say('keys.group') })
  const { view } = state
  if (!view) return null
  const stepIn = me.role === 'supervisor' && to === 'customer' && view.agent_id !== me.id
  return (
    <PartsContext value={parts}>
      <div className={css.talk} data-to={to}>
        <MessageList talk={talk} state={state} canWrite={view.can_write} onEdit={setEditing} onTrouble={onTrouble} />
        {trouble !== null && (
          <p role="alert" className={css.strip}>
            {errorText(trouble)}
          </p>
        )}
        {view.can_write ? (
          <Composer
            ref={composer}
            person={me.id}
            conversation={view.id}
            enterSends
            placeholder={say(`write.${to}`)}
            audience={
              <p className={css.to} data-to={to}>
                <b>{say(`to.${to}`)}</b>
                <span>{stepIn ? say('stepIn') : say(`to.${to}Hint`)}</span>
              </p>
            }
            onWords={(text) => void talk.say({ kind: 'text', text })}
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
