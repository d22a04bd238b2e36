import type { Schemas } from '@/shared/api'
import { formatSpan, useNow } from '@/shared/time'
import { Icon } from '../ui'
import { useText } from './messages'

/** Where one stands in the queue, and how long it will probably take; or that nobody is there. */
export function Place({ waiting }: { waiting: Schemas['Waiting'] }) {
  const t = useText()
  const now = useNow()
  const { ahead, estimate_seconds: estimate, nobody_there: nobody, since } = waiting
  const place = ahead > 0 ? t('queue.ahead', { count: ahead }) : t('queue.next')
  const minutes = Math.ceil((estimate ?? 0) / 60)
  const when =
    estimate === undefined
      ? null
      : estimate < 45
        ? t('queue.soon')
        : t('queue.estimate', { span: t('queue.minutes', { count: minutes }) })
  return (
    <div className={nobody ? 'chat-place nobody' : 'chat-place'}>
      <span className="chat-place-icon">
        <Icon name={nobody ? 'clock' : 'me'} size={22} />
      </span>
      <span role="status" className="chat-place-words">
        <b>{nobody ? t('queue.nobody') : t('queue.title')}</b>
        <span>{nobody ? t('queue.nobodyText') : [place, when].filter(Boolean).join(' · ')}</span>
      </span>
      <span className="figures chat-place-since" aria-hidden="true">
        {t('queue.since', { span: formatSpan(now - Date.parse(since)) })}
      </span>
    </div>
  )
}
