import { useEffect, useRef } from 'react'
import { formatAgo, formatSpan, useNow } from '@/shared/time'
import type { Head, Queued } from '../api/chats'
import { useText } from '../messages'
import type { Done } from '../model/bulk'
import { lineOf, pressing, shortOf } from '../model/inbox'
import css from './chats.module.css'

interface Props {
  one: Head | Queued
  chosen: boolean
  onOpen: () => void
  /** It is among those with which something is done together. */
  ticked?: boolean
  onTick?: () => void
  /** What became of it when something was done with several. */
  result?: Done | undefined
}

/** A conversation in the inbox: whose, what was said last, and how long somebody waits for an answer. */
export function RowOf({ one, chosen, onOpen, ticked = false, onTick, result }: Props) {
  const say = useText()
  const waits = 'asked_at' in one ? one.asked_at : one.state === 'people' ? one.waiting_since : undefined
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (chosen) button.current?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  return (
    <>
      {onTick && (
        <label className={css.tick}>
          <input type="checkbox" checked={ticked} onChange={onTick} />
          <span className="unseen">{say('bulk.tick', { name: nameOf(one, say) })}</span>
        </label>
      )}
      <button
        ref={button}
        type="button"
        className={css.row}
        aria-current={chosen || undefined}
        data-unread={one.unread > 0 || undefined}
        onClick={onOpen}
      >
        <span className={css.rowHead}>
          <span className={css.rowName}>
            <i
              className={css.dot}
              data-state={one.audience === 'customer' ? one.state : one.audience}
              aria-hidden="true"
            />
            {nameOf(one, say)}
          </span>
          {waits ? <Waits since={waits} /> : <small className="figures">{formatAgo(one.last_at)}</small>}
        </span>
        <span className={css.rowLine}>
          <span>
            {'why' in one && <b>{say(`why.${one.why as 'angry'}`)} · </b>}
            {lineOf(one.last, (kind) => say(`last.${kind}`))}
          </span>
          {one.unread > 0 && one.state !== 'closed' && (
            <span className={`${css.unread} figures`}>
              {one.unread > 99 ? '99+' : one.unread}
              <span className="unseen">{say('unread', { count: one.unread })}</span>
            </span>
          )}
        </span>
      </button>
      {result && (
        <p className={css.became} data-done={result.done || undefined}>
          {result.done ? say('bulk.ok') : (result.text ?? say('bulk.no'))}
        </p>
      )}
    </>
  )
}

export function nameOf(one: Head, say: ReturnType<typeof useText>): string {
  if (one.audience !== 'customer') {
    const about = one.about_kind === 'case' && one.about_id ? say('aboutCase', { id: one.about_id.slice(0, 8) }) : ''
    return [say(`thread.${one.audience}`), about].filter(Boolean).join(' · ')
  }
  return say('customer', { id: shortOf(one.customer_id ?? one.id) })
}

function Waits({ since }: { since: string }) {
  const say = useText()
  const now = useNow()
  return (
    <span className={`${css.waits} figures`} data-pressing={pressing(since, now)}>
      {say('waited', { span: formatSpan(now - Date.parse(since)) })}
    </span>
  )
}
