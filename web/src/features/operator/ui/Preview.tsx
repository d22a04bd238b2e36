import { Link } from '@tanstack/react-router'
import type { UseQueryResult } from '@tanstack/react-query'
import type { Schemas } from '@/shared/api'
import { formatMoment, formatWhole } from '@/shared/time'
import { useWords } from '@/shared/words'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { Section } from '@/ui/Page'
import type { MovePreview } from '../api/deadlines'
import { useText } from '../messages'
import css from './deadlines.module.css'

interface Props {
  query: UseQueryResult<MovePreview>
  shops: readonly Schemas['Shop'][]
  /** By how much they would move. */
  seconds: number
}

/** Whom a move would reach: how many, which kinds, whose shops, and when the soonest would be due then. */
export function Preview({ query, shops, seconds }: Props) {
  const say = useText()
  const word = useWords()
  const found = query.data
  const shopName = (id: string) => shops.find((shop) => shop.id === id)?.name ?? id
  return (
    <Section
      title={found ? say('preview.count', { count: found.cases }) : say('preview.title')}
      text={found && found.untouched > 0 ? say('preview.untouched', { count: found.untouched }) : say('preview.text')}
    >
      {query.isPending && <Loading rows={6} />}
      {query.isError && !found && <Failure error={query.error} retry={() => void query.refetch()} />}
      {found?.cases === 0 && <Empty title={say('preview.none')} text={say('preview.noneText')} />}
      {found && found.cases > 0 && (
        <div className={css.preview} data-stale={query.isFetching || undefined}>
          <div className={css.counts}>
            <div>
              <h3>{say('preview.kinds')}</h3>
              <ul>
                {found.kinds.map((one) => (
                  <li key={`${one.kind} ${one.state ?? ''}`}>
                    <span>
                      {word('kind', one.kind)}
                      {one.state && ` · ${word('stage', one.state)}`}
                    </span>
                    <span className="figures">{one.n}</span>
                  </li>
                ))}
              </ul>
            </div>
            <div>
              <h3>{say('preview.shops')}</h3>
              <ul>
                {found.merchants.map((one) => (
                  <li key={one.kind}>
                    <span>{shopName(one.kind)}</span>
                    <span className="figures">{one.n}</span>
                  </li>
                ))}
              </ul>
            </div>
          </div>
          <h3>{say('preview.samples')}</h3>
          <div className={css.scroll}>
            <table className={css.table}>
              <thead>
                <tr>
                  <th scope="col">{say('preview.case')}</th>
                  <th scope="col">{say('preview.waits')}</th>
                  <th scope="col">{say('preview.now')}</th>
                  <th scope="col">{say('preview.then')}</th>
                </tr>
              </thead>
              <tbody>
                {found.samples.map((one) => (
                  <tr key={one.id}>
                    <td>
                      <Link to={`/cases/${one.id}` as never}>
                        {word('kind', one.kind)} <code>{one.id.slice(0, 8)}</code>
                      </Link>
                      <small>{shopName(one.merchant_id)}</small>
                    </td>
                    <td>
                      {word('stage', one.stage)}
                      {one.waiting_for && <small>{word('role', one.waiting_for)}</small>}
                    </td>
                    {one.due_at ? (
                      <>
                        <td title={formatWhole(one.due_at)}>{formatMoment(one.due_at)}</td>
                        <td>{formatMoment(new Date(new Date(one.due_at).getTime() + seconds * 1000))}</td>
                      </>
                    ) : (
                      <td colSpan={2}>{say('preview.paused')}</td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
      )}
    </Section>
  )
}
