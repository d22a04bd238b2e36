import type { Content } from '@/shared/chat/outbox'
import { useOpenCases } from '../cases/queries'
import { useOrders } from '../orders/queries'
import { Sheet, Skeleton } from '../ui'
import { CaseCard, OrderCard } from './Cards'
import { useText } from './messages'

const few = 20

/** An order or a request to show to whom one talks to. */
export function Add({ onSay, onClose }: { onSay: (content: Content) => void; onClose: () => void }) {
  const t = useText()
  const orders = useOrders()
  const cases = useOpenCases().data ?? []
  const all = orders.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Sheet title={t('addTitle')} onClose={onClose}>
      <div className="stack wide">
        {cases.length > 0 && (
          <section aria-labelledby="add-cases">
            <h3 className="section-title" id="add-cases">
              {t('addCases')}
            </h3>
            <ul className="stack">
              {cases.slice(0, few).map((one) => (
                <li key={one.id}>
                  <button type="button" className="chat-pick" onClick={() => onSay({ kind: 'case', ref: one.id })}>
                    <CaseCard id={one.id} link={false} />
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
        <section aria-labelledby="add-orders">
          <h3 className="section-title" id="add-orders">
            {t('addOrders')}
          </h3>
          {orders.isPending ? (
            <Skeleton />
          ) : all.length === 0 ? (
            <p className="row-note">{t('addNone')}</p>
          ) : (
            <ul className="stack">
              {all.slice(0, few).map((order) => (
                <li key={order.id}>
                  <button type="button" className="chat-pick" onClick={() => onSay({ kind: 'order', ref: order.id })}>
                    <OrderCard id={order.id} link={false} />
                  </button>
                </li>
              ))}
            </ul>
          )}
        </section>
      </div>
    </Sheet>
  )
}
