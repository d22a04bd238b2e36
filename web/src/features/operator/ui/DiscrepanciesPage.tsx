import { Button } from 'antd'
import { formatAgo, formatWhole } from '@/shared/time'
import { type Column, DataTable } from '@/ui/DataTable'
import { Empty } from '@/ui/Empty'
import { useErrorText } from '@/ui/Failure'
import { Page } from '@/ui/Page'
import { rowsOf } from '@/ui/pages'
import { StatusTag } from '@/ui/StatusTag'
import { useCommand } from '@/ui/useCommand'
import cell from '@/ui/list.module.css'
import { type Discrepancy, reconcile, useDiscrepancies } from '../api/standing'
import { useText } from '../messages'
import { useNames } from './names'
import css from './operator.module.css'
import { PartnerTabs } from './Tabs'
import { useState } from 'react'

/** What the reconciler could not repair by itself, and having it look again now. */
export default function DiscrepanciesPage() {
  const say = useText()
  const names = useNames()
  const errorText = useErrorText()
  const query = useDiscrepancies()
  const rows = rowsOf(query)
  const [started, setStarted] = useState(false)
  const { run, busy, error } = useCommand<null, { id: string }>({
    send: (_, key) => reconcile(key),
    onDone: () => {
      setStarted(true)
      void query.refetch()
    },
  })
  const state = (row: Discrepancy) =>
    row.resolved_at ? (
      <StatusTag tone="good">{say('discrepancies.resolved', { at: formatAgo(row.resolved_at) })}</StatusTag>
    ) : (
      <StatusTag tone="bad">{say('discrepancies.open')}</StatusTag>
    )
  const columns: Column<Discrepancy>[] = [
    {
      key: 'what',
      title: say('discrepancies.what'),
      width: 'minmax(160px, 1fr)',
      cell: (row) => names.discrepancy(row.kind),
    },
    {
      key: 'subject',
      title: say('discrepancies.subject'),
      width: 'minmax(180px, 1.4fr)',
      cell: (row) => <code>{row.subject}</code>,
    },
    { key: 'detail', title: say('discrepancies.detail'), width: 'minmax(200px, 2fr)', cell: (row) => row.detail },
    {
      key: 'found',
      title: say('discrepancies.found'),
      width: 'minmax(100px, 0.7fr)',
      cell: (row) => (
        <time className={cell.quiet} dateTime={row.found_at} title={formatWhole(row.found_at)}>
          {formatAgo(row.found_at)}
        </time>
      ),
    },
    { key: 'state', title: say('discrepancies.state'), width: 'minmax(130px, 0.8fr)', cell: state },
  ]
  return (
    <Page
      title={say('partners.title')}
      actions={
        <Button loading={busy} onClick={() => void run(null)}>
          {say('discrepancies.reconcile')}
        </Button>
      }
    >
      <PartnerTabs />
      <p className={cell.note}>{say('discrepancies.text')}</p>
      {started && (
        <p role="status" className={css.done}>
          {say('discrepancies.started')}
        </p>
      )}
      {error !== null && (
        <p role="alert" className={css.wrong}>
          {errorText(error)}
        </p>
      )}
      <DataTable
        {...rows}
        label={say('discrepancies.title')}
        columns={columns}
        keyOf={(row) => row.id}
        dim={(row) => row.resolved_at !== undefined}
        empty={<Empty title={say('discrepancies.empty')} text={say('discrepancies.emptyText')} />}
        card={(row) => (
          <span className={cell.card}>
            <div>
              <strong>{names.discrepancy(row.kind)}</strong>
              {state(row)}
            </div>
            <small className={cell.quiet}>{row.subject}</small>
            <small>{row.detail}</small>
          </span>
        )}
      />
    </Page>
  )
}
