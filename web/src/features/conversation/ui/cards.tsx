import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useMe } from '@/app/session'
import { caseQuery, useOrder } from '@/features/case/parts'
import type { Message } from '@/shared/chat/log'
import type { Parts } from '@/shared/chat/parts'
import { useCaseEvent } from '@/shared/chat/useCaseEvent'
import { toneOf } from '@/shared/words/tone'
import { Countdown } from '@/ui/Countdown'
import { MoneyText } from '@/ui/MoneyText'
import { StatusTag } from '@/ui/StatusTag'
import { useWorkmates } from '../api/tools'
import { useText } from '../messages'
import css from './cards.module.css'

/** A case as it stands now: what it is about, whose turn it is, and until when. */
export function CaseCard({ id, onOpen }: { id: string; onOpen?: () => void }) {
  const say = useText()
  const me = useMe()
  const { data: one } = useQuery(caseQuery(id))
  return (
    <Link
      to={`/cases/${id}` as never}
      className={css.card}
      onClick={(event) => {
        if (!onOpen || event.ctrlKey || event.metaKey || event.shiftKey) return
        event.preventDefault() // beside what one does, not in its place
        onOpen()
      }}
    >
      <span className={css.cardHead}>
        <b>{one?.words.kind ?? say('panel.cases')}</b>
        {one && (
          <StatusTag tone={toneOf(one, me.role)}>
            {one.open ? one.words.stage : (one.words.outcome ?? one.words.stage)}
          </StatusTag>
        )}
      </span>
      <span className={css.cardFacts}>
        <span>{one?.words.reason}</span>
        {one && <MoneyText value={one.open ? one.amount : one.refunded} />}
        {one?.open && one.due_at && <Countdown dueAt={one.due_at} />}
      </span>
      <code>{id.slice(0, 10)}</code>
    </Link>
  )
}

/** An order: what was bought, and what was paid. */
export function OrderCard({ id }: { id: string }) {
  const say = useText()
  const { data: order } = useOrder(id)
  return (
    <span className={css.card}>
      <span className={css.cardHead}>
        <b>{order?.lines[0]?.title ?? say('panel.order')}</b>
        {order && order.lines.length > 1 && <small>+{order.lines.length - 1}</small>}
      </span>
      <span className={css.cardFacts}>
        <span>{[order?.lines[0]?.colour, order?.lines[0]?.size].filter(Boolean).join(' · ')}</span>
        {order && <MoneyText value={order.paid} />}
      </span>
      <code>{id}</code>
    </span>
  )
}

/** What the staff sees of cards and of what happened. */
export function useStaffParts(): Parts {
  const me = useMe()
  const mates = useWorkmates(me.role !== 'merchant').data
  return useMemo(
    () => ({
      name: (_, id) => mates?.find((one) => one.id === id)?.name,
      card: (kind, id) => (kind === 'case' ? <CaseCard id={id} /> : <OrderCard id={id} />),
      event: (message) => <CaseEvent message={message} />,
      below: (message) =>
        message.from.role === 'bot' && message.content.case_id ? (
          <div className={css.opened}>
            <CaseCard id={message.content.case_id} />
          </div>
        ) : null,
    }),
    [mates],
  )
}

function CaseEvent({ message }: { message: Message }) {
  const say = useText()
  const words = useCaseEvent(message)
  const id = message.content.case_id
  if (message.content.event === 'rating.asked') return <span>{say('ratingAsked')}</span>
  return id ? (
    <Link to={`/cases/${id}` as never} className={css.event}>
      {words}
    </Link>
  ) : (
    <span>{words}</span>
  )
}
