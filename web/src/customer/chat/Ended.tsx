import type { View } from '@/shared/chat/log'
import { LinkButton } from '../ui'
import { useText } from './messages'

/** In the place of the composer, where one cannot write any more. */
export function Ended({ view }: { view: View }) {
  const t = useText()
  const ended = view.state === 'closed'
  return (
    <section className="chat-ended" aria-label={t(ended ? 'ended' : 'cannot')}>
      <p className="chat-ended-title">{t(ended ? 'ended' : 'cannot')}</p>
      <p className="row-note">{ended ? t('endedText') : view.why_not}</p>
      <LinkButton kind="primary" to="/chat" replace>
        {t('begin')}
      </LinkButton>
    </section>
  )
}
