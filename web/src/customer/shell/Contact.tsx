import { useText } from '../messages'
import { Icon } from '../ui/Icon'
import { Link } from './Link'

/** The way to a person, with what one is looking at. */
export function Contact({ about }: { about: string }) {
  const t = useText()
  return (
    <Link to={`/chat?${about}`} className="bar-button" aria-label={t('contact')}>
      <Icon name="chat" />
    </Link>
  )
}
