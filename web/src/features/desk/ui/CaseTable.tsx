import { useMe } from '@/app/session'
import { type CaseHead, useCases } from '@/features/case/parts'
import { formatAgo, formatWhole } from '@/shared/time'
import { toneOf } from '@/shared/words/tone'
import { Countdown } from '@/ui/Countdown'
import { type Column, DataTable } from '@/ui/DataTable'
import { Empty } from '@/ui/Empty'
import cell from '@/ui/list.module.css'
import { MoneyText } from '@/ui/MoneyText'
import { rowsOf } from '@/ui/pages'
import { StatusTag } from '@/ui/StatusTag'
import { useText } from '../messages'

interface Props {
  filters: Parameters<typeof useCases>[0]
  /** Only cases that have ended are listed, so none of them is dimmed. */
  ended: boolean
  chosen: string | undefined
  onChoose: (id: string) => void
}

/** The list of cases. By itself, so that a page that comes while it is scrolled does not draw the filters above it anew. */
export function CaseTable({ filters, ended, chosen, onChoose }: Props) {
  const say = useText()
  const me = useMe()
  const rows = rowsOf(useCases(filters))
  const columns: Column<CaseHead>[] = [
    {
      key: 'case',
      title: say('column.case'),
      width: 'minmax(180px, 2fr)',
      cell: (row) => (
        <span className={cell.two}>
          <span>
            {row.words.kind}
            {row.words.reason && ` · ${row.words.reason}`}
          </span>
          <small>
            <code>{row.id.slice(0, 10)}</code> · {row.order_id}
          </small>
        </span>
      ),
    },
    {
      key: 'stage',
      title: say('column.stage'),
      width: 'minmax(130px, 1fr)',
      cell: (row) => <Standing row={row} />,
    },
    {
      key: 'waits',
      title: say('column.waits'),
      width: 'minmax(72px, 0.6fr)',
      cell: (row) => row.words.waiting_for ?? '',
    },
    {
      key: 'left',
      title: say('column.left'),
      width: 'minmax(110px, 0.8fr)',
      cell: (row) => row.open && row.due_at && <Countdown dueAt={row.due_at} />,
    },
    {
      key: 'agent',
      title: say('column.agent'),
      width: 'minmax(80px, 0.6fr)',
      cell: (row) => (
        <span className={cell.quiet}>
          {row.agent_id ? (row.agent_id === me.id ? say('you') : row.agent_id) : row.open ? say('nobody') : ''}
        </span>
      ),
    },
    {
      key: 'opened',
      title: say('column.opened'),
      width: 'minmax(90px, 0.7fr)',
      cell: (row) => (
        <time className={cell.quiet} dateTime={row.opened_at} title={formatWhole(row.opened_at)}>
          {formatAgo(row.opened_at)}
        </time>
      ),
    },
    {
      key: 'amount',
      title: say('column.amount'),
      width: '110px',
      align: 'end',
      cell: (row) => <MoneyText value={row.open ? row.amount : row.refunded} />,
    },
  ]
  return (
    <DataTable
      {...rows}
      label={say('title')}
      columns={columns.filter(({ key }) => me.role !== 'merchant' || key !== 'agent')}
      keyOf={(row) => row.id}
      chosen={chosen}
      onChoose={(row) => onChoose(row.id)}
      dim={(row) => !row.open && !ended}
      empty={<Empty title={say('empty')} text={say('emptyText')} />}
      card={(row) => (
        <span className={cell.card}>
          <div>
            <strong>{row.words.kind}</strong>
            <MoneyText value={row.open ? row.amount : row.refunded} />
          </div>
          <div>
            <Standing row={row} />
            {row.open && row.due_at && <Countdown dueAt={row.due_at} />}
          </div>
          <small className={cell.quiet}>
            {row.words.reason} · {row.order_id}
          </small>
        </span>
      )}
    />
  )
}

function Standing({ row }: { row: CaseHead }) {
  const me = useMe()
  return (
    <StatusTag tone={toneOf(row, me.role)}>
      {row.open ? row.words.stage : (row.words.outcome ?? row.words.stage)}
    </StatusTag>
  )
}
