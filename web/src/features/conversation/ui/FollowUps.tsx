import { useQueryClient } from '@tanstack/react-query'
import { Button, Input, Select } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { useMe } from '@/app/session'
import { formatMoment } from '@/shared/time'
import { Countdown } from '@/ui/Countdown'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { More } from '@/ui/More'
import { rowsOf } from '@/ui/pages'
import { useCommand } from '@/ui/useCommand'
import { Wrong } from '@/ui/Wrong'
import { type FollowUp, followedUp, followUp, useFollowUps, useWorkmates } from '../api/tools'
import { useText } from '../messages'
import { shortOf } from '../model/inbox'
import { type SnoozeTime, snoozeTimes, snoozeUntil } from '../model/tools'
import css from './chats.module.css'

function useRefresh() {
  const queries = useQueryClient()
  return () => void queries.invalidateQueries({ queryKey: ['follow-ups'] })
}

/** What one still means to do, the soonest first. */
export function FollowUps({ chosen, onOpen }: { chosen: string | undefined; onOpen: (id: string) => void }) {
  const say = useText()
  const all = rowsOf(useFollowUps())
  if (all.isPending) return <Loading />
  if (all.error && all.rows.length === 0) return <Failure error={all.error} retry={() => void all.refetch()} />
  if (all.rows.length === 0) return <Empty title={say('follow.none')} text={say('follow.noneText')} />
  return (
    <div className={css.rows}>
      <ul aria-label={say('view.follow')}>
        {all.rows.map((one) => (
          <li key={one.id} className={css.task}>
            <button
              type="button"
              className={css.row}
              aria-current={one.conversation_id === chosen || undefined}
              onClick={() => onOpen(one.conversation_id)}
            >
              <span className={css.rowHead}>
                <span className={css.rowName}>{say('conversationOf', { id: shortOf(one.conversation_id) })}</span>
                <Countdown dueAt={one.due_at} />
              </span>
              <span className={css.foundLine}>{one.text}</span>
            </button>
            <DoneWith one={one} />
          </li>
        ))}
      </ul>
      <More {...all} />
    </div>
  )
}

function DoneWith({ one }: { one: FollowUp }) {
  const say = useText()
  const refresh = useRefresh()
  const { run, busy, error } = useCommand({ send: () => followedUp(one.id), onDone: refresh })
  return (
    <>
      <Button
        size="small"
        loading={busy}
        aria-label={say('follow.doneWith', { text: one.text })}
        onClick={() => void run()}
      >
        {say('follow.done')}
      </Button>
      <Wrong error={error} />
    </>
  )
}

/** What is still to be done about one conversation, and another thing to do: by oneself, or by a colleague. */
export function FollowUpsOf({ id }: { id: string }) {
  const say = useText()
  const own = rowsOf(useFollowUps()).rows.filter((one) => one.conversation_id === id)
  const [adding, setAdding] = useState(false)
  return (
    <section>
      <h3>{say('view.follow')}</h3>
      <ul className={css.todo}>
        {own.map((one) => (
          <li key={one.id}>
            <span>{one.text}</span>
            <small className="figures">{formatMoment(one.due_at)}</small>
            <DoneWith one={one} />
          </li>
        ))}
      </ul>
      {adding ? (
        <Add id={id} onClose={() => setAdding(false)} />
      ) : (
        <Button size="small" onClick={() => setAdding(true)}>
          {say('follow.add')}
        </Button>
      )}
    </section>
  )
}

function Add({ id, onClose }: { id: string; onClose: () => void }) {
  const say = useText()
  const me = useMe()
  const mates = useWorkmates().data ?? []
  const refresh = useRefresh()
  const [text, setText] = useState('')
  const [when, setWhen] = useState<SnoozeTime>('tomorrow')
  const [who, setWho] = useState(me.id)
  const { run, busy, error } = useCommand({
    send: ({ text: words, when: time, who: agent }: { text: string; when: SnoozeTime; who: string }, key) =>
      followUp(
        id,
        {
          text: words,
          due_at: snoozeUntil(time, new Date()).toISOString(),
          ...(agent === me.id ? {} : { agent_id: agent }),
        },
        key,
      ),
    onDone: () => {
      refresh()
      onClose()
    },
  })
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    if (text.trim()) void run({ text: text.trim(), when, who })
  }
  return (
    <form className={css.addTodo} onSubmit={onSubmit} noValidate>
      <Input
        autoFocus
        size="small"
        maxLength={500}
        aria-label={say('follow.what')}
        placeholder={say('follow.what')}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Select<SnoozeTime>
        size="small"
        aria-label={say('follow.when')}
        value={when}
        onChange={setWhen}
        options={snoozeTimes.map((value) => ({ value, label: say(`snooze.${value}`) }))}
      />
      <Select<string>
        size="small"
        aria-label={say('follow.who')}
        value={who}
        onChange={setWho}
        options={[
          { value: me.id, label: say('follow.me') },
          ...mates.filter((one) => one.id !== me.id).map((one) => ({ value: one.id, label: one.name })),
        ]}
      />
      <Button size="small" type="primary" htmlType="submit" loading={busy} disabled={!text.trim()}>
        {say('follow.keep')}
      </Button>
      <Button size="small" onClick={onClose}>
        {say('cancel')}
      </Button>
      <Wrong error={error} />
    </form>
  )
}
