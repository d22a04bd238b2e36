import { formatMoney } from '@/shared/money'
import { formatMoment } from '@/shared/time'
import { CaseRow } from '../cases/CaseRow'
import { useOpenCases } from '../cases/queries'
import { useText } from '../messages'
import { begun } from '../open/draft'
import type { ScreenProps } from '../routes'
import { useCustomer } from '../session'
import { Link } from '../shell/Link'
import { Contact } from '../shell/Contact'
import { Screen } from '../shell/Screen'
import { Failure, GoodsPicture, Icon, Skeleton } from '../ui'
import { type Kind, kinds, type Order, type OrderLine, stateOf, useOrder, variantOf } from './queries'

/** One order: where it is, what was bought, and what can be asked for. */
export default function OrderScreen({ params }: ScreenProps) {
  const t = useText()
  const { id = '' } = params
  const order = useOrder(id)
  const cases = (useOpenCases().data ?? []).filter((one) => one.order_id === id)
  return (
    <Screen
      title={t('order.title')}
      backTo="/"
      busy={order.isFetching}
      aside={<Contact about={`order=${encodeURIComponent(id)}`} />}
    >
      {order.data ? (
        <div className="stack wide">
          <Track order={order.data} />
          {cases.length > 0 && (
            <section aria-labelledby="cases">
              <h2 className="section-title" id="cases">
                {t('order.cases')}
              </h2>
              <div className="card rows">
                {cases.map((one) => (
                  <CaseRow key={one.id} one={one} />
                ))}
              </div>
            </section>
          )}
          <section aria-labelledby="lines">
            <h2 className="section-title" id="lines">
              {t('order.lines')}
            </h2>
            <div className="card">
              <ul className="rows">
                {order.data.lines.map((line) => (
                  <Line key={line.id} line={line} />
                ))}
              </ul>
            </div>
          </section>
          <section aria-labelledby="ask">
            <h2 className="section-title" id="ask">
              {t('order.wish')}
            </h2>
            {order.isPlaceholderData ? <Skeleton rows={4} /> : <Wishes order={order.data} />}
          </section>
          <section aria-labelledby="more">
            <h2 className="section-title" id="more">
              {t('order.more')}
            </h2>
            <div className="card">
              <Amounts order={order.data} />
            </div>
          </section>
        </div>
      ) : order.isError ? (
        <Failure error={order.error} onRetry={() => void order.refetch()} />
      ) : (
        <Skeleton kind="card" />
      )}
    </Screen>
  )
}

/** How far the parcel has come. */
function Track({ order }: { order: Order }) {
  const t = useText()
  const state = stateOf(order)
  const steps = [
    ['paid', order.paid_at],
    ['shipped', order.shipped_at],
    ['signed', order.signed_at],
    ['confirmed', order.confirmed_at],
  ] as const
  const at = steps.findIndex(([name]) => name === state)
  return (
    <section className="card padded track-card" aria-label={t('order.track')}>
      <p className="track-now">{t(`order.${state}Long`)}</p>
      <ol className="track">
        {steps.map(([name, when], n) => (
          <li
            key={name}
            className={n < at ? 'done' : n === at ? 'now' : ''}
            aria-current={n === at ? 'step' : undefined}
          >
            <span>{t(`order.${name}Step`)}</span>
            {when && <small className="figures">{formatMoment(when)}</small>}
          </li>
        ))}
      </ol>
    </section>
  )
}

function Line({ line }: { line: OrderLine }) {
  const t = useText()
  return (
    <li className="row">
      <GoodsPicture category={line.gift ? 'gift' : line.category} />
      <span className="row-words">
        <span className="row-title">{line.title}</span>
        <span className="row-note">{variantOf(line)}</span>
        {line.available < line.quantity && (
          <span className="row-note">{t('order.available', { count: line.available, of: line.quantity })}</span>
        )}
        {line.replaces && <span className="row-note">{t('order.replacement')}</span>}
      </span>
      <span className="order-price figures">
        {line.gift ? t('order.gift') : formatMoney(line.unit_price)}
        <small>× {line.quantity}</small>
      </span>
    </li>
  )
}

function Amounts({ order }: { order: Order }) {
  const t = useText()
  return (
    <dl className="amounts">
      {order.discount.minor > 0 && (
        <div>
          <dt>{t('order.discount')}</dt>
          <dd className="figures">{formatMoney({ ...order.discount, minor: -order.discount.minor })}</dd>
        </div>
      )}
      <div>
        <dt>{t('order.freight')}</dt>
        <dd className="figures">{order.freight.minor === 0 ? t('order.freightFree') : formatMoney(order.freight)}</dd>
      </div>
      <div className="amounts-total">
        <dt>{t('order.paidSum')}</dt>
        <dd className="figures">{formatMoney(order.paid)}</dd>
      </div>
      {order.insured && (
        <div>
          <dt>{t('order.insurance')}</dt>
          <dd>{t('order.insured')}</dd>
        </div>
      )}
      {order.recipient && (
        <div>
          <dt>{t('order.recipient')}</dt>
          <dd>
            {order.recipient.name} <span className="figures">{order.recipient.phone}</span>
            <br />
            {[order.recipient.province, order.recipient.city, order.recipient.street].filter(Boolean).join(' ')}
          </dd>
        </div>
      )}
      <div>
        <dt>{t('order.numberLabel')}</dt>
        <dd className="figures">{order.id}</dd>
      </div>
    </dl>
  )
}

/** Every kind of request; those that are not possible say why. */
function Wishes({ order }: { order: Order }) {
  const t = useText()
  const person = useCustomer()
  const drafts = begun(person.id, order.id)
  return (
    <ul className="card rows">
      {kinds.map((kind) => {
        const wish = wishOf(order, kind)
        const words = (
          <>
            <span className="row-icon">
              <Icon name={kind} size={22} />
            </span>
            <span className="row-words">
              <span className="row-title">
                {t(`kind.${kind}`)}
                {wish.possible && drafts.includes(kind) && <span className="tag act">{t('order.draft')}</span>}
              </span>
              <span className="row-note">
                {wish.possible ? t(`kindNote.${kind}`) : (wish.why ?? t('open.notNowText'))}
              </span>
            </span>
          </>
        )
        return (
          <li key={kind}>
            {wish.possible ? (
              <Link to={`/orders/${order.id}/ask/${kind}`} className="row">
                {words}
                <Icon name="next" size={18} />
              </Link>
            ) : (
              <div className="row off">{words}</div>
            )}
          </li>
        )
      })}
    </ul>
  )
}

function wishOf(order: Order, kind: Kind): { possible: boolean; why?: string | undefined } {
  const asks = order.lines.flatMap((line) => line.asks?.filter((one) => one.kind === kind) ?? [])
  if (kind === 'complaint' || asks.some((one) => one.enabled)) return { possible: true } // one can always complain about service
  // What stands in the way of goods that are still there says more than that others are gone.
  const left = order.lines.filter((line) => line.available > 0).flatMap((line) => line.asks ?? [])
  const why = [...left.filter((one) => one.kind === kind), ...asks].find((one) => one.why_text)?.why_text
  return { possible: false, why }
}
