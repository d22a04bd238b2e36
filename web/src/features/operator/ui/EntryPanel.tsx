import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { formatWhole } from '@/shared/time'
import { useWords } from '@/shared/words'
import { Facts } from '@/ui/Facts'
import { Section } from '@/ui/Page'
import { SidePanel } from '@/ui/SidePanel'
import type { Entry } from '../api/audit'
import { useText } from '../messages'
import { useNames } from './names'
import css from './operator.module.css'

interface Props {
  entry: Entry
  onClose: () => void
  /** Shows only what belongs to the same person or thing. */
  onOnly: (part: { actor?: string; thing?: string }) => void
}

/** One entry of the trail with all that it keeps. */
export function EntryPanel({ entry, onClose, onOnly }: Props) {
  const say = useText()
  const word = useWords()
  const named = useNames()
  const place =
    entry.kind === 'case' ? `/cases/${entry.thing}` : entry.kind === 'staff' ? `/people?id=${entry.thing}` : ''
  return (
    <SidePanel title={<code>{entry.action}</code>} label={say('audit.entry')} onClose={onClose}>
      <Section title={say('audit.entry')}>
        <Facts
          lines={[
            [say('audit.at'), formatWhole(entry.at)],
            [
              say('audit.who'),
              entry.actor_kind
                ? `${entry.actor_kind === 'system' ? say('audit.system') : word('role', entry.actor_kind)} ${entry.actor_id ?? ''}`
                : say('audit.nobody'),
            ],
            [say('audit.outcome'), say(`audit.outcomes.${entry.outcome}`)],
            [say('audit.reason'), entry.reason && <code>{entry.reason}</code>],
            [
              say('audit.thing'),
              entry.thing && (
                <>
                  {entry.kind && named.thing(entry.kind)} {place ? <Link to={place}>{entry.thing}</Link> : entry.thing}
                </>
              ),
            ],
            ...entry.detail.map(({ name, value }) => [<code key={name}>{name}</code>, value] as const),
            [say('audit.place'), `${entry.chain} · ${entry.seq}`],
          ]}
        />
      </Section>
      <div className={css.foot} style={{ marginTop: 16 }}>
        {entry.actor_id && (
          <Button onClick={() => onOnly({ actor: entry.actor_id ?? '' })}>{say('audit.onlyActor')}</Button>
        )}
        {entry.thing && <Button onClick={() => onOnly({ thing: entry.thing ?? '' })}>{say('audit.onlyThing')}</Button>}
      </div>
    </SidePanel>
  )
}
