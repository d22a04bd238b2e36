import { useMemo } from 'react'
import { useCaseEvent } from '@/shared/chat/useCaseEvent'
import type { Message } from '@/shared/chat/log'
import type { Parts } from '@/shared/chat/parts'
import { Link } from '../shell/Link'
import { CaseCard, GoodsOf, OrderCard, ProductCard } from './Cards'

/** What customers see of cards and of what happened. */
export function useCustomerParts(): Parts {
  return useMemo(
    () => ({
      card: (kind, id) =>
        kind === 'order' ? <OrderCard id={id} /> : kind === 'case' ? <CaseCard id={id} /> : <ProductCard id={id} />,
      goods: (orderID, lineID) => <GoodsOf orderID={orderID} lineID={lineID} />,
      event: (message) => <CaseEvent message={message} />,
      below: (message) =>
        message.from.role === 'bot' && message.content.case_id ? (
          <div className="chat-opened">
            <CaseCard id={message.content.case_id} />
          </div>
        ) : null,
    }),
    [],
  )
}

function CaseEvent({ message }: { message: Message }) {
  const words = useCaseEvent(message)
  const id = message.content.case_id
  return id ? (
    <Link to={`/cases/${id}`} className="chat-event">
      {words}
    </Link>
  ) : (
    <span>{words}</span>
  )
}
