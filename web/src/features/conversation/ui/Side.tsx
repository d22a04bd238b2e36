import { Button, Input } from 'antd'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useMe } from '@/app/session'
import { Reveal, useCases } from '@/features/case/parts'
import type { View } from '@/shared/chat/log'
import type { Content } from '@/shared/chat/outbox'
import { formatMoment } from '@/shared/time'
import { useErrorText } from '@/ui/Failure'
import { useCommand } from '@/ui/useCommand'
import { tie } from '../api/chats'
import { useText } from '../messages'
import { shortOf } from '../model/inbox'
import { Articles } from './Articles'
import { CaseCard, OrderCard } from './cards'
import css from './chats.module.css'
import { FollowUpsOf } from './FollowUps'
import { Search } from './Search'

interface Props {
  view: View
  /** Sends a card; absent where one may not write. */
  onSay: ((content: Content) => unknown) | undefined
  /** Puts words into the line where one writes; absent where one may not write. */
  onInsert: ((words: string) => void) | undefined
  onCase: (id: string) => void
  onShow: (view: View) => void
  onClose: () => void
}

/** What is known beside a conversation: who it is, what the bot found out, the cases, and what was said before. */
export function Side({ view, onSay, onInsert, onCase, onShow, onClose }: Props) {
  const say = useText()
  const me = useMe()
  const navigate = useNavigate()
  const customer = view.customer_id
  const cases = view.cases.map((one) => one.case_id)
  const about = view.about_kind === 'case' && view.about_id ? [view.about_id] : []
  const shown = [...new Set([...about, ...cases])]
  return (
    <aside className={css.side} aria-label={say('side')}>
      <header className={css.sideHead}>
        <h2>{say('side')}</h2>
        <Button size="small" type="text" onClick={onClose} aria-label={say('hideSide')}>
          ✕
        </Button>
      </header>
      {view.summary && (
        <section className={css.summary}>
          <h3>{say('panel.summary')}</h3>
          <p>{view.summary}</p>
        </section>
      )}
      {customer && (
        <section>
          <h3>{say('panel.customer')}</h3>
          <p className={css.who}>
            <b>{say('customer', { id: shortOf(customer) })}</b>
            <span>
              {say(`panel.lang.${view.lang as 'en'}`)} ·{' '}
              <span className="figures">{say('panel.since', { at: formatMoment(view.opened_at) })}</span>
            </span>
          </p>
          {(me.role === 'agent' || me.role === 'supervisor') && <Reveal what="customer" id={customer} />}
        </section>
      )}
      <section>
        <h3>{say('panel.cases')}</h3>
        {shown.length === 0 && <p className={css.quiet}>{say('panel.noCases')}</p>}
        <ul className={css.cards}>
          {shown.map((id) => (
            <li key={id}>
              <CaseCard id={id} onOpen={() => onCase(id)} />
              {onSay && view.audience === 'customer' && (
                <Button size="small" type="text" onClick={() => onSay({ kind: 'case', ref: id })}>
                  {say('panel.insert')}
                </Button>
              )}
            </li>
          ))}
        </ul>
        {view.audience === 'customer' && view.state !== 'closed' && me.role !== 'operator' && (
          <Tie id={view.id} onShow={onShow} />
        )}
      </section>
      {shown.length > 0 && <Orders cases={shown} onSay={view.audience === 'customer' ? onSay : undefined} />}
      {view.audience === 'customer' && me.role !== 'operator' && <FollowUpsOf id={view.id} />}
      {view.audience === 'customer' && <Articles view={view} onInsert={onInsert} />}
      {customer && (
        <section>
          <h3>{say('panel.search')}</h3>
          <Search customer={customer} onOpen={(id) => void navigate({ to: '/chats', search: { c: id } } as never)} />
        </section>
      )}
    </aside>
  )
}

/** The orders that the cases are about. */
function Orders({ cases, onSay }: { cases: readonly string[]; onSay: Props['onSay'] }) {
  const say = useText()
  const found = useCases({ number: cases[0] ?? '', sort: 'newest' })
  const orders = [
    ...new Set(
      found.data?.pages.flatMap((page) =>
        page.items.filter((one) => cases.includes(one.id)).map((one) => one.order_id),
      ),
    ),
  ]
  if (orders.length === 0) return null
  return (
    <section>
      <h3>{say('panel.orders')}</h3>
      <ul className={css.cards}>
        {orders.map((id) => (
          <li key={id}>
            <OrderCard id={id} />
            {onSay && (
              <Button size="small" type="text" onClick={() => onSay({ kind: 'order', ref: id })}>
                {say('panel.insert')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Ties a case by its number: what happens in it is told in the conversation from then on. */
function Tie({ id, onShow }: { id: string; onShow: (view: View) => void }) {
  const say = useText()
  const errorText = useErrorText()
  const [open, setOpen] = useState(false)
  const [number, setNumber] = useState('')
  const { run, busy, error } = useCommand<string, View>({
    send: (caseID) => tie(id, caseID),
    onDone: (view) => {
      onShow(view)
      setNumber('')
      setOpen(false)
    },
  })
  if (!open)
    return (
      <Button size="small" onClick={() => setOpen(true)}>
        {say('panel.tie')}
      </Button>
    )
  return (
    <form
      className={css.tie}
      onSubmit={(event) => {
        event.preventDefault()
        if (number.trim()) void run(number.trim())
      }}
    >
      <Input
        autoFocus
        size="small"
        aria-label={say('panel.tieLabel')}
        placeholder={say('panel.tieLabel')}
        value={number}
        onChange={(event) => setNumber(event.target.value)}
      />
      <Button size="small" type="primary" htmlType="submit" loading={busy} disabled={number.trim() === ''}>
        {say('panel.tieGo')}
      </Button>
      {error !== null && (
        <p role="alert" className={css.wrong}>
          {errorText(error)}
        </p>
      )}
    </form>
  )
}
