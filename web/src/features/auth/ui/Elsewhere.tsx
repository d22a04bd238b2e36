import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { formatMoment } from '@/shared/time'
import { useErrorText } from '@/ui/Failure'
import { Section } from '@/ui/Page'
import { useCommand } from '@/ui/useCommand'
import { tie, ties, untie } from '../api/account'
import { elsewheres } from '../api/session'
import { useText } from '../messages'
import css from './List.module.css'

/** Services that may sign one in. Nothing where the company has none. */
export function Elsewhere() {
  const say = useText()
  const offered = useQuery({ queryKey: ['elsewhere'], queryFn: elsewheres, staleTime: Infinity })
  const tied = useQuery({ queryKey: ['ties'], queryFn: ties, enabled: (offered.data?.length ?? 0) > 0 })
  if (!offered.data || offered.data.length === 0) return null
  return (
    <Section title={say('account.elsewhere')} text={say('account.elsewhereText')}>
      <ul className={css.list}>
        {offered.data.map((one) => (
          <Item
            key={one.name}
            {...one}
            since={tied.data?.find((tie) => tie.name === one.name)?.tied_at}
            onChange={() => void tied.refetch()}
          />
        ))}
      </ul>
    </Section>
  )
}

function Item({
  name,
  title,
  since,
  onChange,
}: {
  name: string
  title: string
  since: string | undefined
  onChange: () => void
}) {
  const say = useText()
  const errorText = useErrorText()
  const { run, busy, error } = useCommand({
    send: async () => {
      if (since) await untie(name, { title: say('account.untieAbout', { name: title }) })
      else await tie(name, { title: say('account.tieAbout', { name: title }) })
    },
    onDone: onChange,
  })
  return (
    <li className={css.item}>
      <div className={css.words}>
        <p className={css.name}>{title}</p>
        {since && <p className={css.about}>{say('account.tied', { at: formatMoment(since) })}</p>}
      </div>
      <Button size="small" danger={since !== undefined} loading={busy} onClick={() => void run()}>
        {say(since ? 'account.untie' : 'account.tie')}
      </Button>
      {error !== null && (
        <p role="alert" className={css.error}>
          {errorText(error)}
        </p>
      )}
    </li>
  )
}
