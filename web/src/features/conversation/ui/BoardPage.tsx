import { Link } from '@tanstack/react-router'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Select } from 'antd'
import { useState } from 'react'
import type { Schemas } from '@/shared/api'
import { formatAgo, formatSpan, useNow } from '@/shared/time'
import { useWords } from '@/shared/words'
import { Countdown } from '@/ui/Countdown'
import { type Column, DataTable } from '@/ui/DataTable'
import { Empty } from '@/ui/Empty'
import { Failure, useErrorText } from '@/ui/Failure'
import { Page, Section } from '@/ui/Page'
import { rowsOf } from '@/ui/pages'
import { StatusTag } from '@/ui/StatusTag'
import { useCommand } from '@/ui/useCommand'
import { assign, type Desk, type Queued, useDesks } from '../api/chats'
import { queueQuery } from '../api/counts'
import { useFalling } from '../api/tools'
import { useText } from '../messages'
import { pressing } from '../model/inbox'
import css from './board.module.css'
import { useNames } from './names'
import { nameOf } from './Row'

/** The live board: who waits, who is there, and what falls next. */
export default function BoardPage() {
  const say = useText()
  const now = useNow()
  const queue = useQuery(queueQuery)
  const desks = useDesks()
  const waiting = queue.data ?? []
  const there = (desks.data ?? []).filter((one) => one.state === 'online')
  const longest = waiting.reduce((most, one) => Math.max(most, now - Date.parse(one.asked_at)), 0)
  const room = there.reduce((sum, one) => sum + Math.max(0, one.capacity - one.has), 0)
  return (
    <Page title={say('board.title')} about={say('board.about', { waiting: waiting.length, there: there.length })}>
      <dl className={css.figures}>
        <Figure
          label={say('board.waiting')}
          value={String(waiting.length)}
          tone={waiting.length > 0 ? 'act' : 'good'}
        />
        <Figure
          label={say('board.longest')}
          value={formatSpan(longest)}
          tone={longest >= 100_000 ? 'bad' : longest > 0 ? 'act' : 'good'}
        />
        <Figure label={say('board.online')} value={String(there.length)} tone={there.length > 0 ? 'good' : 'bad'} />
        <Figure label={say('board.room')} value={String(room)} tone={room > 0 ? 'good' : 'act'} />
      </dl>
      <Section title={say('board.queue')} text={say('board.queueText')}>
        {queue.isError && !queue.data ? (
          <Failure error={queue.error} retry={() => void queue.refetch()} />
        ) : waiting.length === 0 ? (
          <Empty title={say('board.none')} />
        ) : (
          <ul className={css.list}>
            {waiting.map((one) => (
              <Waiting key={one.id} one={one} desks={there} now={now} />
            ))}
          </ul>
        )}
      </Section>
      <Section title={say('board.people')} text={say('board.peopleText')}>
        <People desks={desks.data ?? []} />
      </Section>
      <Section title={say('board.deadlines')} text={say('board.deadlinesText')}>
        <Deadlines />
      </Section>
    </Page>
  )
}

function Figure({ label, value, tone }: { label: string; value: string; tone: 'good' | 'act' | 'bad' }) {
  return (
    <div data-tone={tone}>
      <dt>{label}</dt>
      <dd className="figures">{value}</dd>
    </div>
  )
}

/** One who waits: to be watched, or given to somebody who has room. */
function Waiting({ one, desks, now }: { one: Queued; desks: readonly Desk[]; now: number }) {
  const say = useText()
  const name = useNames()
  const errorText = useErrorText()
  const queries = useQueryClient()
  const [open, setOpen] = useState(false)
  const { run, busy, error } = useCommand<string>({
    send: (agent) => assign(one.id, agent),
    onDone: () => void queries.invalidateQueries({ queryKey: ['conversations'] }),
  })
  return (
    <li className={css.item}>
      <span className={css.main}>
        <b>{nameOf(one, say)}</b>
        <small>{say(`why.${one.why as 'angry'}`)}</small>
      </span>
      <span className={`${css.waits} figures`} data-pressing={pressing(one.asked_at, now)}>
        {formatSpan(now - Date.parse(one.asked_at))}
      </span>
      <span className={css.acts}>
        {open ? (
          <Select
            autoFocus
            defaultOpen
            size="small"
            loading={busy}
            aria-label={say('assignTitle')}
            placeholder={say('assignTitle')}
            style={{ minWidth: 160 }}
            onChange={(agent: string) => void run(agent)}
            options={desks.map((desk) => ({
              value: desk.staff_id,
              label: `${name(desk.staff_id)} · ${say('desk.has', { has: desk.has, capacity: desk.capacity })}`,
            }))}
          />
        ) : (
          <Button size="small" disabled={desks.length === 0} onClick={() => setOpen(true)}>
            {say('assign')}
          </Button>
        )}
        <Link to="/chats" search={{ view: 'queue', c: one.id }} className={css.watch}>
          {say('board.watch')}
        </Link>
      </span>
      {error !== null && (
        <p role="alert" className={css.wrong}>
          {errorText(error)}
        </p>
      )}
    </li>
  )
}

const toneOfDesk = { online: 'good', away: 'act', offline: 'quiet' } as const

function People({ desks }: { desks: readonly Desk[] }) {
  const say = useText()
  const name = useNames()
  if (desks.length === 0) return <Empty title={say('board.nobody')} />
  return (
    <ul className={css.list}>
      {desks.map((desk) => (
        <li key={desk.staff_id} className={css.item}>
          <span className={css.main}>
            <b>{name(desk.staff_id)}</b>
            <small>{desk.seen_at && formatAgo(desk.seen_at)}</small>
          </span>
          <StatusTag tone={toneOfDesk[desk.state]}>{say(`desk.${desk.state}`)}</StatusTag>
          <span className={css.load}>
            <meter
              min={0}
              max={Math.max(1, desk.capacity)}
              value={desk.has}
              aria-label={say('desk.has', { has: desk.has, capacity: desk.capacity })}
            />
            <span className="figures">{say('desk.has', { has: desk.has, capacity: desk.capacity })}</span>
          </span>
        </li>
      ))}
    </ul>
  )
}

type Due = Schemas['Falling']

/** What falls first, of cases and of service. */
function Deadlines() {
  const say = useText()
  const word = useWords()
  const rows = rowsOf(useFalling('team'))
  const what = (one: Due) =>
    one.kind === 'case'
      ? say('board.caseOf', { stage: word('stage', one.stage ?? '') })
      : say('board.serviceOf', { clock: one.clock ? say(`clock.${one.clock.kind}`) : '' })
  const open = (one: Due) =>
    one.kind === 'case' ? (
      <Link to={`/cases/${one.case_id}` as never}>{say('panel.open')}</Link>
    ) : (
      <Link to="/chats" search={{ view: 'team', c: one.conversation_id }}>
        {say('panel.open')}
      </Link>
    )
  const columns: Column<Due>[] = [
    { key: 'what', title: say('board.case'), width: 'minmax(200px, 3fr)', cell: what },
    {
      key: 'due',
      title: say('board.due'),
      width: 'minmax(90px, 1fr)',
      cell: (one) => <Countdown dueAt={one.due_at} />,
    },
    { key: 'open', title: say('board.action'), width: 'minmax(80px, 1fr)', cell: open },
  ]
  return (
    <DataTable
      {...rows}
      label={say('board.deadlines')}
      columns={columns}
      keyOf={(one) => `${one.case_id ?? one.conversation_id} ${one.clock?.kind ?? ''}`}
      empty={<Empty title={say('board.noDeadlines')} />}
      card={(one) => (
        <span className={css.main}>
          <b>{what(one)}</b>
          <Countdown dueAt={one.due_at} />
        </span>
      )}
    />
  )
}
