import { useQuery } from '@tanstack/react-query'
import { Button, Select } from 'antd'
import { type RefObject, useRef, useState } from 'react'
import { useKey } from '@/app/keys'
import { useMe } from '@/app/session'
import { isProblem } from '@/shared/api'
import type { ComposerHandle } from '@/shared/chat/Composer'
import { useTalk } from '@/shared/chat/useTalk'
import { Failure, useErrorText } from '@/ui/Failure'
import { Empty } from '@/ui/Empty'
import { Loading } from '@/ui/Loading'
import { StatusTag } from '@/ui/StatusTag'
import { useCommand } from '@/ui/useCommand'
import { claim, close, notes, threadOf } from '../api/chats'
import { useText } from '../messages'
import { Conversation, type To } from './Conversation'
import { CloseDialog } from './CloseDialog'
import { nameOf } from './Row'
import { Side } from './Side'
import { Sorting } from './Sorting'
import { TransferDialog } from './TransferDialog'
import { TransferWaits } from './TransferWaits'
import { Watching } from './Watching'
import css from './chats.module.css'

interface Props {
  id: string
  to: string | undefined
  side: boolean
  onTo: (to: To | undefined) => void
  onSide: () => void
  onBack: () => void
  /** Shows a case beside the conversation. */
  onCase: (id: string) => void
  /** It is one's own from now on. */
  onMine: () => void
}

/** Threads beside the customer's conversation. */
const besides = ['colleagues', 'merchant', 'carrier'] as const
type BesideTo = (typeof besides)[number]

const tone = { bot: 'review', queued: 'act', people: 'good', closed: 'quiet' } as const

/** The conversation with its head, and what stands beside it. */
export function Pane({ id, to, side, onTo, onSide, onBack, onCase, onMine }: Props) {
  const say = useText()
  const me = useMe()
  const errorText = useErrorText()
  const { talk, state, type } = useTalk(me, id)
  const { view } = state
  const [dialog, setDialog] = useState<'transfer' | 'close' | null>(null)
  const composer = useRef<ComposerHandle>(null)
  const group = say('keys.group')
  const mine = view?.agent_id === me.id
  const open = view !== null && view.state !== 'closed'
  const mayClaim = me.role === 'agent' && open && view.audience === 'customer' && !mine && view.state !== 'people'
  const mayMove = open && view.audience === 'customer' && (mine || me.role === 'supervisor')
  const take = useCommand({
    send: () => claim(id),
    onDone: (after) => {
      talk.show(after)
      onMine()
    },
  })
  const end = useCommand({
    send: () => close(id),
    onDone: (after) => {
      talk.show(after)
      setDialog(null)
    },
  })
  useKey('c', say('keys.claim'), () => void take.run(), { group, when: mayClaim })
  useKey('t', say('keys.transfer'), () => setDialog('transfer'), { group, when: mayMove })
  useKey('e', say('keys.end'), () => setDialog('close'), { group, when: mayMove })
  useKey('s', say('keys.side'), onSide, { group })
  useKey('n', say('keys.note'), () => onTo('colleagues'), { group, when: view?.audience === 'customer' })

  if (!view)
    return (
      <section className={css.pane}>
        {state.error ? (
          isProblem(state.error, 'not_found', 'forbidden') ? (
            <Empty title={say('gone')} />
          ) : (
            <Failure error={state.error} retry={() => void talk.refresh()} />
          )
        ) : (
          <Loading />
        )}
      </section>
    )
  const audience: To = view.audience === 'customer' ? (besides.find((one) => one === to) ?? 'customer') : view.audience
  return (
    <>
      <section className={css.pane} aria-label={nameOf(view, say)}>
        <header className={css.head}>
          <Button className={css.back ?? ''} type="text" onClick={onBack} aria-label={say('back')}>
            ←
          </Button>
          <h2>{nameOf(view, say)}</h2>
          {view.audience === 'customer' && <StatusTag tone={tone[view.state]}>{say(`state.${view.state}`)}</StatusTag>}
          <Watching there={state.there} typing={state.typing} />
          <span className={css.actions}>
            {mayClaim && (
              <Button type="primary" size="small" loading={take.busy} onClick={() => void take.run()}>
                {say('claim')}
              </Button>
            )}
            {mayMove && (
              <>
                <Button size="small" onClick={() => setDialog('transfer')}>
                  {say('transfer.action')}
                </Button>
                <Button size="small" onClick={() => setDialog('close')}>
                  {say('close')}
                </Button>
              </>
            )}
            <Button size="small" aria-expanded={side} onClick={onSide} aria-label={say(side ? 'hideSide' : 'showSide')}>
              {side ? '⟩' : '⟨'}
            </Button>
          </span>
        </header>
        {take.error !== null && (
          <p role="alert" className={css.strip}>
            {errorText(take.error)}
          </p>
        )}
        {state.gone && <p className={css.strip}>{say('gone')}</p>}
        {view.transfer && <TransferWaits talk={talk} offer={view.transfer} />}
        {view.audience === 'customer' && me.role !== 'operator' && <Sorting view={view} onShow={talk.show} />}
        {view.audience === 'customer' && (
          <Audiences
            value={audience}
            onChange={(next) => onTo(next === 'customer' ? undefined : next)}
            cases={view.cases.length > 0}
          />
        )}
        {audience === view.audience ? (
          <Conversation talk={talk} state={state} type={type} to={audience} composer={composer} />
        ) : (
          <Thread
            key={audience}
            id={id}
            cases={view.cases.map((one) => one.case_id)}
            to={audience as BesideTo}
            composer={composer}
          />
        )}
      </section>
      {side && (
        <Side
          view={view}
          onSay={view.can_write ? talk.say : undefined}
          onInsert={view.can_write ? (words) => composer.current?.putBack(words) : undefined}
          onCase={onCase}
          onClose={onSide}
          onShow={talk.show}
        />
      )}
      {dialog === 'transfer' && <TransferDialog view={view} onClose={() => setDialog(null)} onDone={talk.show} />}
      {dialog === 'close' && (
        <CloseDialog busy={end.busy} error={end.error} onClose={() => setDialog(null)} onEnd={() => void end.run()} />
      )}
    </>
  )
}

/** Who gets what is written: named, and apart from each other. */
function Audiences({ value, onChange, cases }: { value: To; onChange: (to: To) => void; cases: boolean }) {
  const say = useText()
  const all: To[] = cases ? ['customer', ...besides] : ['customer', 'colleagues']
  return (
    <div className={css.audiences} role="group" aria-label={say('to.label')}>
      {all.map((one) => (
        <button key={one} type="button" aria-pressed={value === one} data-to={one} onClick={() => onChange(one)}>
          {say(`to.${one}`)}
        </button>
      ))}
    </div>
  )
}

interface ThreadProps {
  id: string
  cases: readonly string[]
  to: BesideTo
  composer: RefObject<ComposerHandle | null>
}

/** What is written beside the customer's conversation: to colleagues about it, to the shop or the carrier about a case. */
function Thread({ id, cases, to, composer }: ThreadProps) {
  const say = useText()
  const [about, setAbout] = useState(cases[0])
  const opened = useQuery({
    queryKey: ['threads', to, to === 'colleagues' ? id : (about ?? '')],
    enabled: to === 'colleagues' || about !== undefined,
    staleTime: Infinity,
    queryFn: async () => (to === 'colleagues' ? await notes(id) : await threadOf(about ?? '', to)).id,
  })
  if (to !== 'colleagues' && about === undefined) return <Empty title={say('noThread')} text={say('noThreadText')} />
  return (
    <>
      {to !== 'colleagues' && cases.length > 1 && (
        <Select
          className={css.aboutPick ?? ''}
          size="small"
          aria-label={say('aboutWhich')}
          value={about ?? null}
          onChange={(next: string | null) => setAbout(next ?? undefined)}
          options={cases.map((one) => ({ value: one, label: say('aboutCase', { id: one.slice(0, 8) }) }))}
        />
      )}
      {opened.data ? (
        <Beside key={opened.data} id={opened.data} to={to} composer={composer} />
      ) : opened.isError ? (
        <Failure error={opened.error} retry={() => void opened.refetch()} />
      ) : (
        <Loading />
      )}
    </>
  )
}

function Beside({ id, to, composer }: { id: string; to: To } & Pick<ThreadProps, 'composer'>) {
  const me = useMe()
  const { talk, state, type } = useTalk(me, id)
  if (!state.view) return state.error ? <Failure error={state.error} retry={() => void talk.refresh()} /> : <Loading />
  return <Conversation talk={talk} state={state} type={type} to={to} composer={composer} />
}
