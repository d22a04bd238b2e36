import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import type { Schemas } from '@/shared/api'
import { formatAgo, formatMoment } from '@/shared/time'
import { Failure, useErrorText } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { Section } from '@/ui/Page'
import { StatusTag } from '@/ui/StatusTag'
import { useCommand } from '@/ui/useCommand'
import { endOthers, endSession, sessions } from '../api/account'
import { useText } from '../messages'
import css from './List.module.css'

/** Where one is signed in, and ending it there. */
export function Sessions() {
  const say = useText()
  const all = useQuery({ queryKey: ['sessions'], queryFn: sessions })
  const others = useCommand({ send: endOthers, onDone: () => void all.refetch() })
  return (
    <Section
      title={say('account.sessions')}
      text={say('account.sessionsText')}
      actions={
        (all.data?.length ?? 0) > 1 && (
          <Button loading={others.busy} onClick={() => void others.run()}>
            {say('account.endAll')}
          </Button>
        )
      }
    >
      {all.isPending && <Loading rows={2} />}
      {(all.error ?? others.error) !== null && (
        <Failure error={all.error ?? others.error} retry={() => void all.refetch()} />
      )}
      <ul className={css.list}>
        {all.data?.map((one) => (
          <Item key={one.id} one={one} onEnded={() => void all.refetch()} />
        ))}
      </ul>
    </Section>
  )
}

function Item({ one, onEnded }: { one: Schemas['Session']; onEnded: () => void }) {
  const say = useText()
  const errorText = useErrorText()
  const end = useCommand({ send: () => endSession(one.id), onDone: onEnded })
  return (
    <li className={css.item}>
      <div className={css.words}>
        <p className={css.name}>
          {one.device}
          {one.current && <StatusTag tone="good">{say('account.current')}</StatusTag>}
        </p>
        <p className={css.about}>
          {[
            ...(one.address ? [one.address] : []),
            say('account.since', { at: formatMoment(one.created_at) }),
            ...(one.current ? [] : [say('account.seen', { at: formatAgo(one.seen_at) })]),
            ...(one.two_factors ? [say('account.twoFactors')] : []),
          ].join(' · ')}
        </p>
      </div>
      {!one.current && (
        <Button size="small" loading={end.busy} onClick={() => void end.run()}>
          {say('account.end')}
        </Button>
      )}
      {end.error !== null && (
        <p role="alert" className={css.error}>
          {errorText(end.error)}
        </p>
      )}
    </li>
  )
}
