import { isProblem } from '@/shared/api'
import { formatMoney } from '@/shared/money'
import { formatMoment } from '@/shared/time'
import { type Column, DataTable } from '@/ui/DataTable'
import { Empty } from '@/ui/Empty'
import { MoneyText } from '@/ui/MoneyText'
import { Page } from '@/ui/Page'
import { rowsOf } from '@/ui/pages'
import { StatusTag } from '@/ui/StatusTag'
import cell from '@/ui/list.module.css'
import { type LedgerLine, useLedger } from '../api/standing'
import { useText } from '../messages'
import { useNames } from './names'
import css from './operator.module.css'
import { PartnerTabs } from './Tabs'

/** The sandbox's ledger beside ours. Zero everywhere is as it should be. */
export default function LedgerPage() {
  const say = useText()
  const names = useNames()
  const query = useLedger()
  const rows = rowsOf(query)
  const totals = query.data?.pages[0]?.totals ?? []
  const columns: Column<LedgerLine>[] = [
    {
      key: 'payment',
      title: say('ledger.payment'),
      width: 'minmax(180px, 2fr)',
      cell: (row) => (
        <span className={cell.two}>
          <span>{row.order_id ?? row.ref}</span>
          <small>
            {names.partner(row.rail)} · <code>{row.ref}</code>
          </small>
        </span>
      ),
    },
    {
      key: 'at',
      title: say('ledger.at'),
      width: 'minmax(110px, 1fr)',
      cell: (row) => row.at && <span className={cell.quiet}>{formatMoment(row.at)}</span>,
    },
    {
      key: 'captured',
      title: say('ledger.captured'),
      width: '120px',
      align: 'end',
      cell: (row) => <MoneyText value={row.theirs.captured} />,
    },
    {
      key: 'theirs',
      title: say('ledger.theirs'),
      width: '130px',
      align: 'end',
      cell: (row) => <MoneyText value={row.theirs.refunded} />,
    },
    {
      key: 'ours',
      title: say('ledger.ours'),
      width: '130px',
      align: 'end',
      cell: (row) => <MoneyText value={row.ours.refunded} />,
    },
    {
      key: 'difference',
      title: say('ledger.difference'),
      width: '140px',
      align: 'end',
      cell: (row) => <Difference row={row} />,
    },
  ]
  const real = isProblem(query.error, 'not_found')
  return (
    <Page title={say('partners.title')}>
      <PartnerTabs />
      {real ? (
        <Empty title={say('ledger.real')} text={say('ledger.realText')} />
      ) : (
        <>
          {totals.length > 0 && (
            <ul className={css.totals}>
              {totals.map((one) => (
                <li key={one.rail} className={css.total}>
                  <h2>{names.partner(one.rail)}</h2>
                  <dl>
                    <div>
                      <dt>{say('ledger.captured')}</dt>
                      <dd className="figures">{formatMoney(one.theirs.captured)}</dd>
                    </div>
                    <div>
                      <dt>{say('ledger.refunded')}</dt>
                      <dd className="figures">{formatMoney(one.theirs.refunded)}</dd>
                    </div>
                    <div>
                      <dt>{say('ledger.chargedBack')}</dt>
                      <dd className="figures">{formatMoney(one.theirs.charged_back)}</dd>
                    </div>
                  </dl>
                  <Difference row={one} />
                </li>
              ))}
            </ul>
          )}
          <DataTable
            {...rows}
            label={say('ledger.title')}
            columns={columns}
            keyOf={(row) => `${row.rail} ${row.ref ?? ''}`}
            empty={<Empty title={say('ledger.empty')} text={say('ledger.emptyText')} />}
            card={(row) => (
              <span className={cell.card}>
                <div>
                  <strong>{row.order_id ?? row.ref}</strong>
                  <MoneyText value={row.theirs.captured} />
                </div>
                <div>
                  <small className={cell.quiet}>
                    {names.partner(row.rail)}
                    {row.at && ` · ${formatMoment(row.at)}`}
                  </small>
                  <small className={cell.quiet}>
                    {say('ledger.refunded')} {formatMoney(row.theirs.refunded)}
                  </small>
                </div>
                <Difference row={row} />
              </span>
            )}
          />
        </>
      )}
    </Page>
  )
}

function Difference({ row }: { row: LedgerLine }) {
  const say = useText()
  if (row.missing) return <StatusTag tone="bad">{say('ledger.missing')}</StatusTag>
  if (row.difference.minor === 0) return <StatusTag tone="good">{say('ledger.same')}</StatusTag>
  return <StatusTag tone="bad">{formatMoney(row.difference)}</StatusTag>
}
