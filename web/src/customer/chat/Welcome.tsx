import { Icon } from '../ui'
import { useText } from './messages'

const starters = ['return', 'exchange', 'refund', 'parcel', 'person'] as const

/** Before anything is said: who answers, and how one could begin. */
export function Welcome({ onSay }: { onSay: (text: string) => void }) {
  const t = useText()
  return (
    <section className="chat-welcome">
      <span className="chat-welcome-face" aria-hidden="true">
        <Icon name="bot" size={36} />
      </span>
      <h2>{t('hello')}</h2>
      <p>{t('helloText')}</p>
      <ul>
        {starters.map((one) => (
          <li key={one}>
            <button type="button" className="chip" onClick={() => onSay(t(`starters.${one}`))}>
              {t(`starters.${one}`)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
