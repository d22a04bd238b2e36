import { useText } from '../messages'
import { useText as useOwnText } from './messages'
import { useUnread } from './news'
import { Link } from '../shell/Link'
import { Icon, type IconName } from '../ui'

const rows: readonly { name: 'security' | 'sessions' | 'privacy'; icon: IconName }[] = [
  { name: 'security', icon: 'key' },
  { name: 'sessions', icon: 'device' },
  { name: 'privacy', icon: 'shield' },
]

/** The ways to what belongs to one's account. */
export function AccountRows() {
  const t = useText()
  const own = useOwnText()
  const unread = useUnread()
  return (
    <nav className="card rows" aria-label={t('me.account')}>
      <Link to="/news" className="row">
        <span className="row-icon">
          <Icon name="bell" size={22} />
        </span>
        <span className="row-words">
          <span className="row-title">{own('news.title')}</span>
          <span className="row-note figures">
            {unread > 0 ? own('news.note', { count: unread }) : own('news.noteNone')}
          </span>
        </span>
        {unread > 0 && (
          <span className="tag bad figures" aria-hidden="true">
            {unread > 99 ? '99+' : unread}
          </span>
        )}
        <Icon name="next" size={18} />
      </Link>
      {rows.map(({ name, icon }) => (
        <Link key={name} to={`/me/${name}`} className="row">
          <span className="row-icon">
            <Icon name={icon} size={22} />
          </span>
          <span className="row-words">
            <span className="row-title">{t(`me.${name}`)}</span>
            <span className="row-note">{t(`me.${name}Note`)}</span>
          </span>
          <Icon name="next" size={18} />
        </Link>
      ))}
    </nav>
  )
}
