import { Button, Input } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { formatAgo, formatMoment, formatWhole } from '@/shared/time'
import { Facts } from '@/ui/Facts'
import { Failure } from '@/ui/Failure'
import { Field } from '@/ui/Field'
import { Loading } from '@/ui/Loading'
import { Page, Section } from '@/ui/Page'
import { StatusTag } from '@/ui/StatusTag'
import { useCommand } from '@/ui/useCommand'
import { Wrong } from '@/ui/Wrong'
import cell from '@/ui/list.module.css'
import { type Keys, rotateKeys, useKeys } from '../api/standing'
import { useText } from '../messages'
import css from './operator.module.css'

/** How the keys stand that personal data is sealed with, and giving everybody a new one. No key is shown. */
export default function KeysPage() {
  const say = useText()
  const { data, error, refetch } = useKeys()
  return (
    <Page narrow title={say('keys.title')}>
      {!data && (error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={6} />)}
      {data && (
        <>
          <Standing keys={data} />
          <Jobs keys={data} />
          <Rotate running={data.jobs.some((job) => !job.ended_at)} />
        </>
      )}
    </Page>
  )
}

function Standing({ keys }: { keys: Keys }) {
  const say = useText()
  return (
    <Section title={say('keys.standing')} text={say('keys.text')}>
      <Facts
        lines={[
          [say('keys.keysets'), <span key="n">{say('keys.sets', { count: keys.keysets })}</span>],
          [say('keys.destroyed'), say('keys.sets', { count: keys.destroyed })],
          [
            say('keys.oldest'),
            keys.oldest_key_at && (
              <time dateTime={keys.oldest_key_at} title={formatWhole(keys.oldest_key_at)}>
                {formatMoment(keys.oldest_key_at)} ({formatAgo(keys.oldest_key_at)})
              </time>
            ),
          ],
          [
            say('keys.masters'),
            <ul key="m">
              {keys.masters.map((one) => (
                <li key={one.id}>
                  {one.id} · {say('keys.under', { count: one.keysets })}{' '}
                  {one.newest && <StatusTag tone="good">{say('keys.newest')}</StatusTag>}
                </li>
              ))}
            </ul>,
          ],
          [
            say('keys.roots'),
            <ul key="r">
              {keys.roots.map((one) => (
                <li key={one.name}>
                  {say(`keys.kind.${one.kind}`)} · <code>{one.name}</code> ·{' '}
                  {say('keys.since', { at: formatMoment(one.since) })}{' '}
                  {one.in_use && <StatusTag tone="good">{say('keys.inUse')}</StatusTag>}
                </li>
              ))}
            </ul>,
          ],
        ]}
      />
    </Section>
  )
}

function Jobs({ keys }: { keys: Keys }) {
  const say = useText()
  if (keys.jobs.length === 0) return null
  return (
    <Section title={say('keys.jobs')}>
      {keys.jobs.map((job) => (
        <div key={`${job.name} ${job.updated_at}`} className={css.progress} role="status">
          <div className={css.foot}>
            <strong>{say(`keys.job.${job.name}`)}</strong>
            <StatusTag tone={job.ended_at ? 'good' : 'wait'}>
              {job.ended_at
                ? say('keys.ended', { at: formatMoment(job.ended_at) })
                : say('keys.running', { at: formatAgo(job.updated_at) })}
            </StatusTag>
          </div>
          <progress max={Math.max(1, job.total)} value={job.done} aria-label={say(`keys.job.${job.name}`)} />
          <span className="figures">{say('keys.progress', { n: job.done, all: job.total })}</span>
        </div>
      ))}
    </Section>
  )
}

function Rotate({ running }: { running: boolean }) {
  const say = useText()
  const client = useQueryClient()
  const [days, setDays] = useState('')
  const n = days.trim() === '' ? 0 : /^\d{1,4}$/.test(days.trim()) ? Number(days.trim()) : null
  const wrong = n === null || n > 3650
  const { run, busy, error } = useCommand({
    send: (body: { older_than_days?: number }, key) =>
      rotateKeys(body, key, {
        title: say('keys.rotateAbout'),
        facts: [[say('keys.whose'), n ? say('keys.older', { count: n }) : say('keys.everybody')]],
      }),
    onDone: (keys) => client.setQueryData(['operation', 'keys'], keys),
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!wrong) void run(n ? { older_than_days: n } : {})
  }
  return (
    <Section title={say('keys.rotate')} text={say('keys.rotateText')}>
      <form className={css.form} onSubmit={submit} noValidate>
        <Field
          label={say('keys.olderThan')}
          hint={say('keys.olderHint')}
          error={wrong ? say('keys.noDays') : undefined}
        >
          {(control) => (
            <Input
              {...control}
              inputMode="numeric"
              autoComplete="off"
              suffix={say('keys.days')}
              value={days}
              onChange={(event) => setDays(event.target.value)}
            />
          )}
        </Field>
        <Wrong error={error} />
        <div className={css.foot}>
          <Button type="primary" htmlType="submit" loading={busy} disabled={running}>
            {say(n ? 'keys.rotateSome' : 'keys.rotateAll', { count: n ?? 0 })}
          </Button>
          {running && <span className={cell.quiet}>{say('keys.waits')}</span>}
        </div>
      </form>
    </Section>
  )
}
