import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { useMe } from '@/app/session'
import { useView } from '@/app/view'
import { formatAgo, formatMoment } from '@/shared/time'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { Item, ItemList } from '@/ui/ItemList'
import cell from '@/ui/list.module.css'
import { Loading } from '@/ui/Loading'
import { More } from '@/ui/More'
import { Page } from '@/ui/Page'
import { rowsOf } from '@/ui/pages'
import { StatusTag } from '@/ui/StatusTag'
import { Sure } from '@/ui/Sure'
import { useCommand } from '@/ui/useCommand'
import { Views } from '@/ui/Views'
import { Wrong } from '@/ui/Wrong'
import { type Alarm, closeAlarm, useAlarms } from '../api/alarms'
import { useText } from '../messages'

const states = ['open', 'closed'] as const

/** Who saw very much that is hidden, and which erasures could not be proved; with what to look at, and the end of it. */
export default function AlarmsPage() {
  const say = useText()
  const [view, change] = useView('state')
  const state = view.state === 'closed' ? 'closed' : 'open'
  const { rows, ...alarms } = rowsOf(useAlarms(state))
  return (
    <Page
      title={say('alarms.title')}
      bar={
        <Views
          label={say('alarms.title')}
          value={state}
          options={states.map((value) => ({ value, label: say(`alarms.${value}`) }))}
          onChange={(next) => change({ state: next === 'open' ? undefined : next })}
        />
      }
    >
      <p className={cell.note}>{say('alarms.text')}</p>
      {alarms.isPending && <Loading rows={4} />}
      {Boolean(alarms.error) && rows.length === 0 && (
        <Failure error={alarms.error} retry={() => void alarms.refetch()} />
      )}
      {!alarms.isPending && !alarms.error && rows.length === 0 && (
        <Empty title={say('alarms.empty')} text={say('alarms.emptyText')} />
      )}
      {rows.length > 0 && (
        <ItemList boxed>
          {rows.map((one) => (
            <Line key={one.id} one={one} />
          ))}
        </ItemList>
      )}
      <More {...alarms} />
    </Page>
  )
}

function Line({ one }: { one: Alarm }) {
  const say = useText()
  const me = useMe()
  const queries = useQueryClient()
  const [sure, setSure] = useState(false)
  const { run, busy, error } = useCommand({
    send: (id: string, key) => closeAlarm(id, key),
    onDone: () => void queries.invalidateQueries({ queryKey: ['operation'] }),
  })
  const who = one.person ? (one.person.name ?? one.person.login ?? one.person.id) : undefined
  const mine = one.person?.id === me.id
  return (
    <Item
      off={one.closed_at !== undefined}
      name={
        <>
          {one.text}
          <StatusTag tone={one.closed_at ? 'quiet' : 'bad'}>{say(`alarms.kind.${one.kind}`)}</StatusTag>
        </>
      }
      tools={
        <>
          {one.person && one.since && (
            <Link to={`/audit?actor=${one.person.id}&from=${one.since}&until=${one.until ?? ''}` as never}>
              {say('alarms.trail')}
            </Link>
          )}
          {one.subject_kind === 'erasure' && (
            <Link to={`/erasures?id=${one.subject_id}` as never}>{say('alarms.erasure')}</Link>
          )}
          {!one.closed_at && !mine && <Button onClick={() => setSure(true)}>{say('alarms.close')}</Button>}
        </>
      }
      below={
        <>
          {sure && !one.closed_at && (
            <Sure
              question={say('alarms.sure')}
              yes={say('alarms.close')}
              busy={busy}
              onYes={() => void run(one.id)}
              onNo={() => setSure(false)}
            />
          )}
          <Wrong error={error} />
        </>
      }
    >
      {who && one.since && one.until && (
        <p>
          {say('alarms.seen', {
            who,
            count: one.seen ?? 0,
            since: formatMoment(one.since),
            until: formatMoment(one.until),
          })}
        </p>
      )}
      <p className={cell.quiet}>
        {one.closed_at
          ? say('alarms.closedAt', { at: formatMoment(one.closed_at) })
          : say('alarms.raised', { at: formatAgo(one.created_at) })}
        {mine && ` · ${say('alarms.mine')}`}
      </p>
    </Item>
  )
}
