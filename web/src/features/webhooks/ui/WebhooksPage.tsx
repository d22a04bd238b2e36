import { Button } from 'antd'
import { useState } from 'react'
import { useMe } from '@/app/session'
import { useView } from '@/app/view'
import { formatAgo, formatMoment, useNow } from '@/shared/time'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { Item, ItemList } from '@/ui/ItemList'
import { Loading } from '@/ui/Loading'
import { Once } from '@/ui/Once'
import { Page, Section } from '@/ui/Page'
import { StatusTag } from '@/ui/StatusTag'
import { Sure } from '@/ui/Sure'
import { useCommand } from '@/ui/useCommand'
import { Wrong } from '@/ui/Wrong'
import {
  changeWebhook,
  type Made,
  removeWebhook,
  rotateWebhook,
  type Tried,
  tryWebhook,
  useRefresh,
  useWebhooks,
  type Webhook,
} from '../api/webhooks'
import { useText } from '../messages'
import { standingOf } from '../model/webhooks'
import { Deliveries } from './Deliveries'
import { Outcome, topicName } from './words'
import { WebhookPanel } from './WebhookPanel'
import css from './webhooks.module.css'

const tones = { on: 'good', waits: 'act', person: 'quiet', failing: 'bad', gone: 'bad' } as const

/** Where other programs are told of what happens, and how that goes. */
export default function WebhooksPage() {
  const say = useText()
  const me = useMe()
  const owner = me.role === 'operator' || me.owner === true
  const all = useWebhooks(owner)
  const refresh = useRefresh()
  const [view, change] = useView('new', 'edit', 'log')
  const [made, setMade] = useState<Made | null>(null)
  const items = all.data?.items ?? []
  const edited = items.find((one) => one.id === view.edit)
  const logged = items.find((one) => one.id === view.log)
  const arrived = (one: Made) => {
    setMade(one)
    change({ new: undefined })
    refresh()
  }
  return (
    <Page
      narrow
      title={say('title')}
      actions={
        owner && (
          <Button type="primary" onClick={() => change({ new: 'yes' }, 'push')}>
            {say('create')}
          </Button>
        )
      }
    >
      <Section title={say('list')} text={say('text')}>
        {!owner ? (
          <Empty title={say('ownerOnly')} text={say('ownerOnlyText')} />
        ) : all.isPending ? (
          <Loading rows={3} />
        ) : all.isError && !all.data ? (
          <Failure error={all.error} retry={() => void all.refetch()} />
        ) : items.length === 0 ? (
          <Empty title={say('none')} text={say('noneText')} />
        ) : (
          <ItemList>
            {items.map((one) => (
              <Line
                key={one.id}
                one={one}
                onEdit={() => change({ edit: one.id }, 'push')}
                onLog={() => change({ log: one.id }, 'push')}
                onMade={arrived}
                onChanged={refresh}
              />
            ))}
          </ItemList>
        )}
      </Section>
      {owner && all.data && (view.new === 'yes' || edited) && (
        <WebhookPanel
          key={edited?.id ?? 'new'}
          one={edited}
          topics={all.data.topics}
          onMade={arrived}
          onClose={() => change({ new: undefined, edit: undefined })}
        />
      )}
      {logged && <Deliveries key={logged.id} one={logged} onClose={() => change({ log: undefined })} />}
      {made && (
        <Once
          title={say('secret')}
          text={say('secretText', { name: made.webhook.name })}
          words={made.secret}
          onClose={() => setMade(null)}
        />
      )}
    </Page>
  )
}

interface LineProps {
  one: Webhook
  onEdit: () => void
  onLog: () => void
  onMade: (made: Made) => void
  onChanged: () => void
}

function Line({ one, onEdit, onLog, onMade, onChanged }: LineProps) {
  const say = useText()
  const now = useNow()
  const [asking, setAsking] = useState<'rotate' | 'remove' | null>(null)
  const [tried, setTried] = useState<Tried | null>(null)
  const about = (title: string) => ({ title, facts: [[say('url'), one.url]] as [string, string][] })
  const turn = useCommand<Webhook['state'], Webhook>({
    send: (state, key) =>
      changeWebhook(
        one.id,
        { revision: one.revision, state },
        key,
        about(say(state === 'on' ? 'turnOnAbout' : 'turnOffAbout', { name: one.name })),
      ),
    onDone: onChanged,
  })
  const rotate = useCommand<number, Made>({
    send: (revision, key) => rotateWebhook(one.id, revision, key, about(say('rotateAbout', { name: one.name }))),
    onDone: (made) => {
      setAsking(null)
      onMade(made)
    },
  })
  const remove = useCommand({ send: () => removeWebhook(one.id), onDone: onChanged })
  const ping = useCommand<number, Tried>({
    send: (_, key) => tryWebhook(one.id, key),
    onDone: (result) => {
      setTried(result)
      onChanged()
    },
  })
  const standing = standingOf(one, now)
  return (
    <Item
      off={one.state === 'off'}
      name={
        <>
          {one.name}
          <StatusTag tone={tones[standing]}>{say(`standing.${standing}`)}</StatusTag>
        </>
      }
      tools={
        <>
          <Button onClick={onLog} aria-label={say('logNamed', { name: one.name })}>
            {say('log')}
          </Button>
          <Button loading={ping.busy} disabled={one.state === 'off'} onClick={() => void ping.run(Date.now())}>
            {say('try')}
          </Button>
          <Button onClick={onEdit} aria-label={say('editNamed', { name: one.name })}>
            {say('edit')}
          </Button>
          <Button loading={turn.busy} onClick={() => void turn.run(one.state === 'on' ? 'off' : 'on')}>
            {say(one.state === 'on' ? 'turnOff' : 'turnOn')}
          </Button>
          <Button onClick={() => setAsking('rotate')}>{say('rotate')}</Button>
          <Button danger onClick={() => setAsking('remove')}>
            {say('remove')}
          </Button>
        </>
      }
      below={
        <>
          {asking === 'rotate' && (
            <Sure
              question={say('rotateSure')}
              yes={say('rotate')}
              busy={rotate.busy}
              onYes={() => void rotate.run(one.revision)}
              onNo={() => setAsking(null)}
            />
          )}
          {asking === 'remove' && (
            <Sure
              question={say('removeSure', { name: one.name })}
              yes={say('remove')}
              danger
              busy={remove.busy}
              onYes={() => void remove.run()}
              onNo={() => setAsking(null)}
            />
          )}
          {tried && (
            <p role="status" className={css.tried} data-good={tried.problem === undefined || undefined}>
              <Outcome tried={tried} />
            </p>
          )}
          <Wrong error={turn.error ?? rotate.error ?? remove.error ?? ping.error} />
        </>
      }
    >
      <p>
        <code className={css.url}>{one.url}</code>
      </p>
      <p>{one.topics.map((topic) => topicName(topic, say)).join(' · ')}</p>
      {one.failing_since && (
        <p className={css.bad}>
          {say('failing', { count: one.failures, at: formatMoment(one.failing_since) })}
          {one.wait_until && standing === 'waits' && ` · ${say('waitsUntil', { at: formatMoment(one.wait_until) })}`}
        </p>
      )}
      <small className={css.quiet}>{say('made', { at: formatAgo(one.created_at) })}</small>
    </Item>
  )
}
