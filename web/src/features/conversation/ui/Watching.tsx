import { useText } from '../messages'
import { useKnownNames } from './names'
import css from './chats.module.css'

/** Who else has the conversation open, and who of them writes. `there` and `typing` hold `role/ID`. */
export function Watching({ there, typing }: { there: readonly string[]; typing: readonly string[] }) {
  const say = useText()
  const name = useKnownNames()
  const customer = there.some((who) => who.startsWith('customer/'))
  const staff = [...new Set(there.filter((who) => /^(agent|supervisor)\//.test(who)))]
  if (!customer && staff.length === 0) return null
  return (
    <span className={css.watching} role="status">
      {customer && <span className={css.here}>{say('presence.customer')}</span>}
      {staff.map((who) => {
        const [role = '', id = ''] = who.split('/')
        const called = name(id) ?? say(`presence.${role as 'agent'}`)
        const writes = typing.includes(who)
        return (
          <span key={who} className={css.mate} data-writes={writes || undefined}>
            {say(writes ? 'presence.replying' : 'presence.watching', { name: called })}
          </span>
        )
      })}
    </span>
  )
}
