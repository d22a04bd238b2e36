import type { Content } from '@/shared/chat/outbox'
import { Button, Icon } from '../ui'
import { CaseCard, OrderCard } from './Cards'
import { useText } from './messages'

/** What one came from, offered to be sent along. */
export function AboutCard({
  about,
  onSay,
  onClose,
}: {
  about: { order: string | null; case: string | null }
  onSay: (content: Content) => unknown
  onClose: () => void
}) {
  const t = useText()
  const kind = about.case ? 'case' : about.order ? 'order' : null
  const ref = about.case ?? about.order ?? ''
  if (!kind) return null
  return (
    <section className="chat-about" aria-label={t(kind === 'case' ? 'aboutCase' : 'about')}>
      <header>
        <span>{t(kind === 'case' ? 'aboutCase' : 'about')}</span>
        <button type="button" className="bar-button" aria-label={t('dropCard')} onClick={onClose}>
          <Icon name="close" size={18} />
        </button>
      </header>
      <div className="chat-about-in">
        {kind === 'case' ? <CaseCard id={ref} link={false} /> : <OrderCard id={ref} link={false} />}
        <Button
          kind="primary"
          className="small"
          onClick={() => {
            onSay({ kind, ref })
            onClose()
          }}
        >
          {t('sendCard')}
        </Button>
      </div>
    </section>
  )
}
