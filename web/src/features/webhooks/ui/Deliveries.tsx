import { Button } from 'antd'
import { useState } from 'react'
import { useView } from '@/app/view'
import { formatMoment, formatWhole, serverNow } from '@/shared/time'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { Item, ItemList } from '@/ui/ItemList'
import { Loading } from '@/ui/Loading'
import { More } from '@/ui/More'
import { rowsOf } from '@/ui/pages'
import { SidePanel } from '@/ui/SidePanel'
import { StatusTag } from '@/ui/StatusTag'
import { useCommand } from '@/ui/useCommand'
import { Views } from '@/ui/Views'
import { Wrong } from '@/ui/Wrong'
import { tellAgain, type Told, type ToldState, useDeliveries, useRefresh, type Webhook } from '../api/webhooks'
import { useText } from '../messages'
import { readable, since, spans } from '../model/webhooks'
import { Outcome, topicName } from './words'
import css from './webhooks.module.css'

const states = ['every', 'waiting', 'delivered', 'given_up'] as const
const tones = { waiting: 'act', delivered: 'good', given_up: 'bad' } as const

/** What an endpoint was told, letter by letter, how each went, and telling it again. */
export function Deliveries({ one, onClose }: { one: Webhook; onClose: () => void }) {
  const say = useText()
  const [view, change] = useView('told')
  const shown = states.find((state) => state === view.told) ?? 'every'
  const all = rowsOf(useDeliveries(one.id, shown === 'every' ? undefined : shown))
  const title = say('logOf', { name: one.name })
  return (
    <SidePanel
      title={title}
      label={title}
      onClose={() => {
        change({ told: undefined })
        onClose()
      }}
    >
      <div className={css.log}>
        <Views<'every' | ToldState>
          label={say('log')}
          value={shown}
          options={states.map((value) => ({ value, label: say(`told.${value}`) }))}
          onChange={(next) => change({ told: next === 'every' ? undefined : next })}
        />
        <Replay id={one.id} />
        {all.isPending ? (
          <Loading rows={5} />
        ) : all.error && all.rows.length === 0 ? (
          <Failure error={all.error} retry={() => void all.refetch()} />
        ) : all.rows.length === 0 ? (
          <Empty title={say('toldNothing')} text={say('toldNothingText')} />
        ) : (
          <ItemList>
            {all.rows.map((told) => (
              <Line key={told.id} webhook={one.id} told={told} />
            ))}
          </ItemList>
        )}
        <More {...all} />
      </div>
    </SidePanel>
  )
}

function Line({ webhook, told }: { webhook: string; told: Told }) {
  const say = useText()
  const refresh = useRefresh()
  const { run, busy, error } = useCommand<string>({
    send: (delivery, key) => tellAgain(webhook, { delivery_id: delivery }, key),
    onDone: refresh,
  })
  return (
    <Item
      name={
        <>
          {topicName(told.topic, say)}
          <StatusTag tone={tones[told.state]}>{say(`told.${told.state}`)}</StatusTag>
        </>
      }
      tools={
        told.state !== 'waiting' && (
          <Button size="small" loading={busy} onClick={() => void run(told.id)}>
            {say('again')}
          </Button>
        )
      }
      below={<Wrong error={error} />}
    >
      <p>
        <time dateTime={told.created_at} title={formatWhole(told.created_at)} className="figures">
          {formatMoment(told.created_at)}
        </time>{' '}
        · {say('tries', { count: told.tries })}
        {told.due_at && ` · ${say('nextTry', { at: formatMoment(told.due_at) })}`}
      </p>
      {told.last && (
        <p className={told.last.problem ? css.bad : css.quiet}>
          <Outcome tried={told.last} />
        </p>
      )}
      <details className={css.body}>
        <summary>{say('body')}</summary>
        <code>webhook-id: {told.message_id}</code>
        <pre>{readable(told.body)}</pre>
      </details>
    </Item>
  )
}

/** Everything that was given up in the last days is told again. */
function Replay({ id }: { id: string }) {
  const say = useText()
  const refresh = useRefresh()
  const [due, setDue] = useState<number | null>(null)
  const { run, busy, error } = useCommand<string, { deliveries: number }>({
    send: (from, key) => tellAgain(id, { since: from }, key),
    onDone: ({ deliveries }) => {
      setDue(deliveries)
      refresh()
    },
  })
  return (
    <div className={css.replay} role="group" aria-label={say('replay')}>
      <span>{say('replay')}</span>
      {spans.map((days) => (
        <Button key={days} size="small" disabled={busy} onClick={() => void run(since(days, serverNow()))}>
          {say('days', { count: days })}
        </Button>
      ))}
      {due !== null && <span role="status">{say('replayed', { count: due })}</span>}
      <Wrong error={error} />
    </div>
  )
}
