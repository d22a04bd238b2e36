import { useText } from '../messages'
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
  return (
    <nav className="card rows" aria-label={t('me.account')}>
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
