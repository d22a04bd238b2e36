import { Link, useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { formatMoment } from '@/shared/time'
import { type Column, DataTable } from '@/ui/DataTable'
import { Empty } from '@/ui/Empty'
import { Page } from '@/ui/Page'
import { rowsOf } from '@/ui/pages'
import { StatusTag } from '@/ui/StatusTag'
import cell from '@/ui/list.module.css'
import { type Pack, usePacks } from '../api/packs'
import { useText } from '../messages'
import { short } from '../model/packs'
import css from './packs.module.css'

/** The stored policy packs, and the one that new cases get. */
export default function PacksPage() {
  const say = useText()
  const navigate = useNavigate()
  const query = usePacks()
  const rows = rowsOf(query)
  const active = query.data?.pages[0]?.active
  const open = (row: Pack) => void navigate({ to: `/packs/${row.hash}` } as never)
  const columns: Column<Pack>[] = [
    {
      key: 'name',
      title: say('column.name'),
      width: 'minmax(200px, 2.4fr)',
      cell: (row) => (
        <span className={cell.two}>
          <span>
            {row.name} {row.version}
          </span>
          <small>{row.description}</small>
        </span>
      ),
    },
    {
      key: 'hash',
      title: say('column.hash'),
      width: '130px',
      cell: (row) => <code className={cell.code}>{short(row.hash)}</code>,
    },
    {
      key: 'stored',
      title: say('column.stored'),
      width: 'minmax(110px, 0.8fr)',
      cell: (row) => <span className={cell.quiet}>{formatMoment(row.stored_at)}</span>,
    },
    {
      key: 'cases',
      title: say('column.cases'),
      width: '110px',
      align: 'end',
      cell: (row) => <span className="figures">{row.open_cases}</span>,
    },
    {
      key: 'state',
      title: say('column.state'),
      width: 'minmax(110px, 0.8fr)',
      cell: (row) => <State pack={row} />,
    },
  ]
  return (
    <Page
      title={say('title')}
      actions={
        <Button type="primary" onClick={() => void navigate({ to: '/pack-check' } as never)}>
          {say('check.do')}
        </Button>
      }
    >
      {active && (
        <section className={css.active}>
          <div>
            <StatusTag tone="good">{say('active.now')}</StatusTag>
            <h2>
              <Link to={`/packs/${active.hash}` as never}>
                {active.name} {active.version}
              </Link>
            </h2>
            <p>{active.description}</p>
          </div>
          <p className={cell.quiet}>
            {active.active_since && say('active.since', { at: formatMoment(active.active_since) })}{' '}
            {active.activated_by ? say('active.by', { who: active.activated_by }) : say('active.settings')}
          </p>
        </section>
      )}
      <DataTable
        {...rows}
        label={say('title')}
        columns={columns}
        keyOf={(row) => row.hash}
        onChoose={open}
        empty={<Empty title={say('empty')} text={say('emptyText')} />}
        card={(row) => (
          <span className={cell.card}>
            <div>
              <strong>
                {row.name} {row.version}
              </strong>
              <State pack={row} />
            </div>
            <small className={cell.quiet}>{row.description}</small>
            <small className={cell.quiet}>
              <code>{short(row.hash)}</code> · {say('cases', { count: row.open_cases })}
            </small>
          </span>
        )}
      />
    </Page>
  )
}

export function State({ pack }: { pack: Pick<Pack, 'active' | 'open_cases'> }) {
  const say = useText()
  if (pack.active) return <StatusTag tone="good">{say('state.active')}</StatusTag>
  if (pack.open_cases > 0) return <StatusTag tone="wait">{say('state.kept')}</StatusTag>
  return <StatusTag tone="quiet">{say('state.stored')}</StatusTag>
}
