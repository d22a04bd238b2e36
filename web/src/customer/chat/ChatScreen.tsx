import { useCallback, useMemo, useRef, useState } from 'react'
import { Composer, type ComposerHandle } from '@/shared/chat/Composer'
import type { Message } from '@/shared/chat/log'
import { MessageList } from '@/shared/chat/MessageList'
import { PartsContext } from '@/shared/chat/parts'
import type { Talk, TalkState } from '@/shared/chat/talk'
import { useTalk } from '@/shared/chat/useTalk'
import type { ScreenProps } from '../routes'
import { useCustomer } from '../session'
import { usePlace } from '../shell/router'
import { Screen } from '../shell/Screen'
import { Failure, Icon, Skeleton, toast, useWords } from '../ui'
import { AboutCard } from './AboutCard'
import { Add } from './Add'
import './chat.css'
import { Ended } from './Ended'
import { Heading, Options, PersonButton } from './Head'
import { useText } from './messages'
import { Place } from './Place'
import { useCustomerParts } from './parts'
import { Welcome } from './Welcome'

/** A conversation with the bot and with people. */
export default function ChatScreen({ params }: ScreenProps) {
  const { id = '' } = params
  return <Chat key={id} id={id} />
}

function Chat({ id }: { id: string }) {
  const t = useText()
  const me = useCustomer()
  const { talk, state, type } = useTalk(me, id)
  const { view } = state
  return (
    <Screen
      title={t('title')}
      heading={view ? <Heading view={view} /> : t('title')}
      backTo="/"
      whole
      {...(view ? { aside: <Aside talk={talk} state={state} /> } : {})}
      above={view?.waiting && <Place waiting={view.waiting} />}
      busy={!view && !state.error}
    >
      {view && !state.gone ? (
        <Inside talk={talk} state={state} type={type} />
      ) : state.error ? (
        <Failure error={state.error} {...(state.gone ? {} : { onRetry: () => void talk.refresh() })} />
      ) : (
        <div className="chat-loading">
          <Skeleton />
        </div>
      )}
    </Screen>
  )
}

function Aside({ talk, state }: { talk: Talk; state: TalkState }) {
  if (!state.view) return null
  return (
    <>
      {state.view.state === 'bot' && <PersonButton talk={talk} />}
      <Options talk={talk} view={state.view} />
    </>
  )
}

function Inside({ talk, state, type }: { talk: Talk; state: TalkState; type: () => void }) {
  const t = useText()
  const me = useCustomer()
  const words = useWords()
  const { query } = usePlace()
  const parts = useCustomerParts()
  const composer = useRef<ComposerHandle>(null)
  const [editing, setEditing] = useState<Message | null>(null)
  const [adding, setAdding] = useState(false)
  const [about, setAbout] = useState(() => ({ order: query.get('order'), case: query.get('case') }))
  const { view } = state
  const canWrite = view?.can_write === true
  const onTrouble = useCallback((error: unknown) => toast(t('recallTrouble', { why: words(error) }), 'bad'), [t, words])
  const empty = state.log.messages.length === 0 && state.box.length === 0
  const beginning = useMemo(
    () => (empty && canWrite ? <Welcome onSay={(text) => void talk.say({ kind: 'text', text })} /> : null),
    [empty, canWrite, talk],
  )
  if (!view) return null
  return (
    <PartsContext value={parts}>
      <div className="chat">
        <MessageList
          talk={talk}
          state={state}
          beginning={beginning}
          canWrite={canWrite}
          onEdit={setEditing}
          onTrouble={onTrouble}
        />
        {canWrite ? (
          <>
            <AboutCard about={about} onClose={() => setAbout({ order: null, case: null })} onSay={talk.say} />
            <Composer
              ref={composer}
              person={me.id}
              talk={talk}
              draft={view.draft ?? ''}
              enterSends={wide()}
              onWords={(text) => void talk.say({ kind: 'text', text })}
              onFiles={(files) => files.forEach((file) => talk.say({ kind: 'picture' }, file))}
              onType={type}
              editing={editing}
              onEdited={(text) => {
                const { seq = 0 } = editing ?? {}
                setEditing(null)
                talk.edit(seq, text).catch((error: unknown) => toast(t('editTrouble', { why: words(error) }), 'bad'))
              }}
              onEditEnd={() => setEditing(null)}
              tools={
                <button type="button" className="bar-button" aria-label={t('add')} onClick={() => setAdding(true)}>
                  <Icon name="plus" />
                </button>
              }
            />
          </>
        ) : (
          <Ended talk={talk} view={view} />
        )}
      </div>
      {adding && (
        <Add
          onClose={() => setAdding(false)}
          onSay={(content) => {
            setAdding(false)
            talk.say(content)
            composer.current?.focus()
          }}
        />
      )}
    </PartsContext>
  )
}

/** Enter sends where there is a keyboard of one's own. */
const wide = () => matchMedia('(hover: hover) and (pointer: fine)').matches
