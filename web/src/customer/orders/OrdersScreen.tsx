import { formatMoney } from '@/shared/money'
import { formatMoment } from '@/shared/time'
import { CaseRow } from '../cases/CaseRow'
import { type CaseHead, useOpenCases } from '../cases/queries'
import { useText } from '../messages'
import { Link } from '../shell/Link'
import { Screen } from '../shell/Screen'
import { Button, Empty, Failure, GoodsPicture, Icon, Skeleton } from '../ui'
import { type Order, type OrderState, stateOf, useOrders, variantOf } from './queries'

/** One's orders, the newest first: each a way to what can be asked for, and to what was asked for already. */
export default function OrdersScreen() {
  const t = useText()
  const orders = useOrders()
  const cases = useOpenCases()
  const all = orders.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Screen title={t('orders.title')} busy={orders.isFetching}>
      {orders.isPending ? (
        <Skeleton kind="card" />
      ) : orders.isError && all.length === 0 ? (
        <Failure error={orders.error} onRetry={() => void orders.refetch()} />
      ) : all.length === 0 ? (
        <Empty icon="orders" title={t('orders.none')}>
          {t('orders.noneText')}
        </Empty>
      ) : (
        <ul className="stack">
          {all.map((order) => (
            <li key={order.id}>
              <OrderCard order={order} cases={(cases.data ?? []).filter((one) => one.order_id === order.id)} />
            </li>
          ))}
          {orders.hasNextPage && (
            <li>
              <Button wide busy={orders.isFetchingNextPage} onClick={() => void orders.fetchNextPage()}>
                {t('ui.loadMore')}
              </Button>
            </li>
          )}
        </ul>
      )}
    </Screen>
  )
}

export const stateTone: Record<OrderState, string> = { paid: '', shipped: 'wait', signed: 'good', confirmed: '' }

function OrderCard({ order, cases }: { order: Order; cases: readonly CaseHead[] }) {
  const t = useText()
  const state = stateOf(order)
  return (
    <article className="card order">
      <Link to={`/orders/${order.id}`} className="order-main">
        <header className="order-head">
          <span className={`tag ${stateTone[state]}`}>{t(`order.${state}`)}</span>
          <span className="order-when figures">{formatMoment(order.paid_at)}</span>
          <Icon name="next" size={18} />
        </header>
        <span className="order-lines">
          {order.lines.map((line) => (
            <span key={line.id} className="order-line">
              <GoodsPicture category={line.gift ? 'gift' : line.category} />
              <span className="row-words">
                <span className="row-title">{line.title}</span>
                <span className="row-note">{variantOf(line)}</span>
              </span>
              <span className="order-price figures">
                {formatMoney(line.unit_price)}
                <small>× {line.quantity}</small>
              </span>
            </span>
          ))}
        </span>
      </Link>
      {cases.length > 0 ? (
        <div className="order-cases">
          {cases.map((one) => (
            <CaseRow key={one.id} one={one} small />
          ))}
        </div>
      ) : (
        <footer className="order-foot">
          <span className="order-sum">
            <span>
              {t('order.paidSum')} <b className="figures">{formatMoney(order.paid)}</b>
            </span>
            <small>{t('order.number', { id: order.id })}</small>
          </span>
          <Link to={`/orders/${order.id}`} className="button small" aria-label={t('order.askFor', { id: order.id })}>
            <span>{t('order.ask')}</span>
          </Link>
        </footer>
      )}
    </article>
  )
}
