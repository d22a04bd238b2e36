import { Button, Input } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useView } from '@/app/view'
import { formatMoment, formatWhole } from '@/shared/time'
import { useWords } from '@/shared/words'
import { type Column, DataTable } from '@/ui/DataTable'
import { Empty } from '@/ui/Empty'
import { Page } from '@/ui/Page'
import { rowsOf } from '@/ui/pages'
import { Pick } from '@/ui/Pick'
import { StatusTag } from '@/ui/StatusTag'
import cell from '@/ui/list.module.css'
import { type Entry, useTrail } from '../api/audit'
import { useText } from '../messages'
import { areas, filtersOf, outcomes } from '../model/audit'
import { EntryPanel } from './EntryPanel'
import { useNames } from './names'
import css from './operator.module.css'
import { Verify } from './Verify'

const tones = { done: 'good', refused: 'act', failed: 'bad' } as const
const keyOf = (row: Entry) => `${row.chain} ${row.seq}`
const names = ['actor', 'action', 'kind', 'thing', 'outcome', 'from', 'to'] as const

/** Who did what, and whether the trail that says so is whole. */
export default function AuditPage() {
  const say = useText()
  const named = useNames()
  const [view, change] = useView(...names, 'entry')
  const query = useTrail(useDeferredValue(filtersOf(view)))
  const rows = rowsOf(query)
  const [verifying, setVerifying] = useState(false)
  const chosen = rows.rows.find((row) => keyOf(row) === view.entry)
  const columns: Column<Entry>[] = [
    {
      key: 'at',
      title: say('audit.at'),
      width: 'minmax(130px, 0.8fr)',
      cell: (row) => (
        <time className="figures" dateTime={row.at} title={formatWhole(row.at)}>
          {formatMoment(row.at)}
        </time>
      ),
    },
    { key: 'who', title: say('audit.who'), width: 'minmax(140px, 1fr)', cell: (row) => <Who row={row} /> },
    {
      key: 'what',
      title: say('audit.what'),
      width: 'minmax(200px, 1.6fr)',
      cell: (row) => (
        <span className={cell.two}>
          <span>{named.area(row.action.split('.', 1)[0] ?? '')}</span>
          <small>
            <code>{row.action}</code>
          </small>
        </span>
      ),
    },
    {
      key: 'thing',
      title: say('audit.thing'),
      width: 'minmax(160px, 1.4fr)',
      cell: (row) => (
        <span className={cell.two}>
          <span>{row.kind && named.thing(row.kind)}</span>
          <small>
            <code>{row.thing}</code>
          </small>
        </span>
      ),
    },
    {
      key: 'outcome',
      title: say('audit.outcome'),
      width: 'minmax(110px, 0.8fr)',
      cell: (row) => <StatusTag tone={tones[row.outcome]}>{say(`audit.outcomes.${row.outcome}`)}</StatusTag>,
    },
  ]
  const text = (name: 'actor' | 'thing', label: string) => (
    <Input
      className={css.text ?? ''}
      allowClear
      aria-label={label}
      placeholder={label}
      value={view[name] ?? ''}
      onChange={(event) => change({ [name]: event.target.value.trim(), entry: undefined })}
    />
  )
  const date = (name: 'from' | 'to', label: string) => (
    <label className={css.date}>
      {label}
      <input
        type="date"
        value={view[name] ?? ''}
        onChange={(event) => change({ [name]: event.target.value, entry: undefined })}
      />
    </label>
  )
  return (
    <>
      <Page
        title={say('audit.title')}
        actions={
          <>
            <Button loading={query.isRefetching} onClick={() => void query.refetch()}>
              {say('audit.again')}
            </Button>
            <Button type="primary" disabled={verifying} onClick={() => setVerifying(true)}>
              {say('verify.do')}
            </Button>
          </>
        }
        bar={
          <>
            {text('actor', say('audit.actor'))}
            <Pick
              className={css.filter}
              search
              label={say('audit.area')}
              value={view.action}
              options={[
                ...areas.map((area) => [area, named.area(area)] as const),
                ...(view.action && !areas.some((area) => area === view.action)
                  ? [[view.action, view.action] as const]
                  : []),
              ]}
              onChange={(action) => change({ action, entry: undefined })}
            />
            {text('thing', say('audit.thingID'))}
            <Pick
              className={css.filter}
              label={say('audit.outcome')}
              value={view.outcome}
              options={outcomes.map((one) => [one, say(`audit.outcomes.${one}`)])}
              onChange={(outcome) => change({ outcome, entry: undefined })}
            />
            {date('from', say('audit.from'))}
            {date('to', say('audit.to'))}
            {names.some((name) => view[name]) && (
              <Button
                type="link"
                onClick={() =>
                  change({ ...Object.fromEntries(names.map((name) => [name, undefined])), entry: undefined })
                }
              >
                {say('audit.clear')}
              </Button>
            )}
          </>
        }
      >
        {verifying && <Verify onClose={() => setVerifying(false)} />}
        <DataTable
          {...rows}
          label={say('audit.title')}
          columns={columns}
          keyOf={keyOf}
          chosen={view.entry}
          onChoose={(row) => change({ entry: keyOf(row) }, view.entry ? 'replace' : 'push')}
          empty={<Empty title={say('audit.empty')} text={say('audit.emptyText')} />}
          card={(row) => (
            <span className={cell.card}>
              <div>
                <strong>{named.area(row.action.split('.', 1)[0] ?? '')}</strong>
                <StatusTag tone={tones[row.outcome]}>{say(`audit.outcomes.${row.outcome}`)}</StatusTag>
              </div>
              <code className={cell.quiet}>{row.action}</code>
              <div>
                <Who row={row} />
                <small className={cell.quiet}>{formatMoment(row.at)}</small>
              </div>
            </span>
          )}
        />
      </Page>
      {chosen && (
        <EntryPanel
          entry={chosen}
          onClose={() => change({ entry: undefined })}
          onOnly={(part) => change({ ...part, entry: undefined })}
        />
      )}
    </>
  )
}

function Who({ row }: { row: Entry }) {
  const say = useText()
  const word = useWords()
  if (!row.actor_kind) return <span className={cell.quiet}>{say('audit.nobody')}</span>
  return (
    <span className={cell.two}>
      <span>{row.actor_kind === 'system' ? say('audit.system') : word('role', row.actor_kind)}</span>
      {row.actor_id && <small>{row.actor_id}</small>}
    </span>
  )
}
