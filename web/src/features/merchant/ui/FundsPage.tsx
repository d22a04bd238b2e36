import { Link } from '@tanstack/react-router'
import { useMe } from '@/app/session'
import { formatMoney } from '@/shared/money'
import { formatMoment, formatWhole } from '@/shared/time'
import type { Tone } from '@/shared/words/tone'
import { type Column, DataTable } from '@/ui/DataTable'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import cell from '@/ui/list.module.css'
import { Loading } from '@/ui/Loading'
import { Page } from '@/ui/Page'
import { rowsOf } from '@/ui/pages'
import { StatusTag } from '@/ui/StatusTag'
import { type FundMove, useFundMoves, useFunds } from '../api/funds'
import { useText } from '../messages'
import css from './figures.module.css'

const tones: Readonly<Record<FundMove['kind'], Tone>> = { chargeback: 'bad', draw: 'act', put_back: 'good' }

/** What the shop has at the marketplace, and what moved it besides refunds. Only its owner sees it. */
export default function FundsPage() {
  const say = useText()
  const owner = useMe().owner === true
  return (
    <Page title={say('funds.title')}>
      {owner ? <Funds /> : <Empty title={say('staff.ownerOnly')} text={say('funds.ownerOnlyText')} />}
    </Page>
  )
}

function Funds() {
  const say = useText()
  const moves = rowsOf(useFundMoves())
  const columns: Column<FundMove>[] = [
    { key: 'what', title: say('funds.what'), width: 'minmax(160px, 1.2fr)', cell: (move) => <What move={move} /> },
    { key: 'why', title: say('funds.why'), width: 'minmax(180px, 2fr)', cell: (move) => <Why move={move} /> },
    {
      key: 'at',
      title: say('funds.at'),
      width: 'minmax(120px, 0.8fr)',
      cell: (move) => (
        <time className={cell.quiet} dateTime={move.at} title={formatWhole(move.at)}>
          {formatMoment(move.at)}
        </time>
      ),
    },
    {
      key: 'amount',
      title: say('funds.amount'),
      width: '120px',
      align: 'end',
      cell: (move) => <span className="figures">{formatMoney(move.amount)}</span>,
    },
  ]
  return (
    <>
      <Standing />
      <h2 className={css.heading}>{say('funds.moves')}</h2>
      <p className={cell.note}>{say('funds.movesText')}</p>
      <DataTable
        {...moves}
        label={say('funds.moves')}
        columns={columns}
        keyOf={(move) => move.id}
        empty={<Empty title={say('funds.none')} text={say('funds.noneText')} />}
        card={(move) => (
          <span className={cell.card}>
            <div>
              <What move={move} />
              <strong className="figures">{formatMoney(move.amount)}</strong>
            </div>
            <div>
              <Why move={move} />
              <small className={cell.quiet}>{formatMoment(move.at)}</small>
            </div>
          </span>
        )}
      />
    </>
  )
}

function Standing() {
  const say = useText()
  const { data, error, refetch } = useFunds()
  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={2} />
  const short = data.balance.minor <= 0
  return (
    <dl className={css.tiles} data-two>
      <div className={css.tile} data-tone={short ? 'bad' : undefined}>
        <dt>{say('funds.balance')}</dt>
        <dd className="figures">{formatMoney(data.balance)}</dd>
        <dd className={cell.lesser}>{say(short ? 'funds.short' : 'funds.balanceText')}</dd>
      </div>
      <div className={css.tile}>
        <dt>{say('funds.deposit')}</dt>
        <dd className="figures">{formatMoney(data.deposit)}</dd>
        <dd className={cell.lesser}>{say('funds.depositText')}</dd>
      </div>
    </dl>
  )
}

function What({ move }: { move: FundMove }) {
  const say = useText()
  return <StatusTag tone={tones[move.kind]}>{say(`funds.kind.${move.kind}`)}</StatusTag>
}

/** The case that asked for it, or the order that was paid. */
function Why({ move }: { move: FundMove }) {
  const say = useText()
  return (
    <span className={cell.two}>
      {move.case_id ? (
        <Link to={`/cases/${move.case_id}` as never}>{say('funds.case', { id: move.case_id.slice(0, 10) })}</Link>
      ) : (
        <Link to={`/cases?tab=team&number=${move.order_id}` as never}>{say('funds.order', { id: move.order_id })}</Link>
      )}
      <small>{say(`funds.means.${move.kind}`)}</small>
    </span>
  )
}
