import { useQuery } from '@tanstack/react-query'
import { api, take } from '@/shared/api'
import { formatMoney } from '@/shared/money'
import { toneOf } from '../cases/CaseRow'
import { turnWords } from '../cases/turn'
import { stateTone } from '../orders/OrdersScreen'
import { stateOf, useOrder, useOrders, variantOf } from '../orders/queries'
import { Link } from '../shell/Link'
import { useText as useAppText } from '../messages'
import { GoodsPicture, Icon, type IconName } from '../ui'
import { useText } from './messages'

/** An order in a conversation: what it is, and where it stands now. */
export function OrderCard({ id, link = true }: { id: string; link?: boolean }) {
  const t = useText()
  const app = useAppText()
  const { data: order, isError } = useOrder(id)
  const line = order?.lines[0]
  if (isError && !order) return <p className="chat-card-gone">{t('cardGone')}</p>
  const inside = (
    <>
      <GoodsPicture category={line?.gift ? 'gift' : (line?.category ?? '')} size={44} />
      <span className="row-words">
        <span className="chat-card-kind">
          {t('order')}
          {order && <span className={`tag ${stateTone[stateOf(order)]}`}>{app(`order.${stateOf(order)}`)}</span>}
        </span>
        <span className="chat-card-title">{line?.title ?? id}</span>
        <span className="row-note figures">
          {order &&
            [line && variantOf(line), order.lines.length > 1 && `+${order.lines.length - 1}`, formatMoney(order.paid)]
              .filter(Boolean)
              .join(' · ')}
        </span>
      </span>
    </>
  )
  return link ? (
    <Link to={`/orders/${id}`} className="chat-card">
      {inside}
      <Icon name="next" size={18} />
    </Link>
  ) : (
    <span className="chat-card">{inside}</span>
  )
}

/** A case in a conversation, as it stands now. */
export function CaseCard({ id, link = true }: { id: string; link?: boolean }) {
  const t = useText()
  const app = useAppText()
  const { data: one, isError } = useQuery({
    queryKey: ['case', id],
    queryFn: ({ signal }) => take(api.GET('/v1/cases/{id}', { signal, params: { path: { id } } })),
  })
  if (isError && !one) return <p className="chat-card-gone">{t('cardGone')}</p>
  const inside = (
    <>
      <span className="row-icon">
        <Icon name={(one?.kind ?? 'cases') as IconName} size={22} />
      </span>
      <span className="row-words">
        <span className="chat-card-kind">
          {t('case')}
          {one && (
            <span className={`tag ${toneOf(one)}`}>{one.open ? one.words.stage : (one.words.outcome ?? '')}</span>
          )}
        </span>
        <span className="chat-card-title">{one?.words.kind ?? id}</span>
        <span className="row-note">{one && (one.open ? turnWords(app, one) : one.words.reason)}</span>
      </span>
    </>
  )
  return link ? (
    <Link to={`/cases/${id}`} className="chat-card">
      {inside}
      <Icon name="next" size={18} />
    </Link>
  ) : (
    <span className="chat-card">{inside}</span>
  )
}

/** An article of one's own orders. */
export function ProductCard({ id }: { id: string }) {
  const t = useText()
  const orders = useOrders().data?.pages.flatMap((page) => page.items) ?? []
  const line = orders.flatMap((order) => order.lines).find((one) => one.product_id === id)
  return (
    <span className="chat-card">
      <GoodsPicture category={line?.category ?? ''} size={44} />
      <span className="row-words">
        <span className="chat-card-kind">{t('product')}</span>
        <span className="chat-card-title">{line?.title ?? id}</span>
        <span className="row-note">{line && variantOf(line)}</span>
      </span>
    </span>
  )
}

/** The picture of an article in a question. */
export function GoodsOf({ orderID, lineID }: { orderID: string; lineID: string }) {
  const line = useOrder(orderID).data?.lines.find((one) => one.id === lineID)
  return <GoodsPicture category={line?.category ?? ''} size={44} />
}
