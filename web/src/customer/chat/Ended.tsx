import type { View } from '@/shared/chat/log'
import type { Talk } from '@/shared/chat/talk'
import { LinkButton } from '../ui'
import { ChatRating } from './ChatRating'
import { useText } from './messages'

/** In the place of the composer, where one cannot write any more. */
export function Ended({ talk, view }: { talk: Talk; view: View }) {
  const t = useText()
  const ended = view.state === 'closed'
  return (
    <section className="chat-ended" aria-label={t(ended ? 'ended' : 'cannot')}>
      <p className="chat-ended-title">{t(ended ? 'ended' : 'cannot')}</p>
      <p className="row-note">{ended ? t('endedText') : view.why_not}</p>
      {ended && <ChatRating talk={talk} view={view} />}
      <LinkButton kind="primary" to="/chat" replace>
        {t('begin')}
      </LinkButton>
    </section>
  )
}
