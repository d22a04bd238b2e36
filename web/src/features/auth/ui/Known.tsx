import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { formatMoney } from '@/shared/money'
import { formatWhole, serverNow } from '@/shared/time'
import { useWords } from '@/shared/words'
import { Facts } from '@/ui/Facts'
import { Failure, useErrorText } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { Section } from '@/ui/Page'
import { useCommand } from '@/ui/useCommand'
import { copyOfMine, own } from '../api/account'
import { useText } from '../messages'
import css from './List.module.css'

/** What is kept about oneself as somebody who works, why and for how long, and a copy of it. */
export function Known() {
  const say = useText()
  const word = useWords()
  const errorText = useErrorText()
  const { data, error, refetch } = useQuery({ queryKey: ['account'], queryFn: own })
  const copy = useCommand({
    send: copyOfMine,
    onDone: (all) => {
      const link = document.createElement('a')
      link.href = URL.createObjectURL(new Blob([JSON.stringify(all, null, 2)], { type: 'application/json' }))
      link.download = `${say('known.file')}-${new Date(serverNow()).toISOString().slice(0, 10)}.json`
      link.click()
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
    },
  })
  const one = data?.person
  return (
    <Section
      title={say('known.title')}
      text={say('known.text')}
      actions={
        <Button loading={copy.busy} onClick={() => void copy.run()}>
          {say('known.copy')}
        </Button>
      }
    >
      {!data && (error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={4} />)}
      {copy.error !== null && (
        <p role="alert" className={css.error}>
          {errorText(copy.error)}
        </p>
      )}
      {one && (
        <>
          <Facts
            lines={[
              [say('known.name'), one.name],
              [say('known.login'), one.login],
              [
                say('known.role'),
                one.owner ? `${word('role', one.role)} · ${say('known.owner')}` : word('role', one.role),
              ],
              [say('known.shop'), one.merchant_id],
              [say('known.team'), data.team],
              [say('known.limit'), one.limit && formatMoney(one.limit)],
              [say('known.since'), formatWhole(one.created_at)],
              [
                say('known.besides'),
                say('known.counts', { sessions: data.sessions, keys: data.api_keys, ties: data.ties }),
              ],
            ]}
          />
          <p className={css.none}>{say('known.wrong')}</p>
          <details>
            <summary>{say('known.kept')}</summary>
            <ul className={css.list}>
              {data.kept.map((row) => (
                <li key={row.kind} className={css.item}>
                  <div className={css.words}>
                    <p className={css.name}>{row.kind}</p>
                    <p className={css.about}>
                      {[
                        row.why,
                        ...(row.days ? [say('known.days', { count: row.days, from: row.from ?? '' })] : []),
                        row.until,
                      ].join(' · ')}
                    </p>
                  </div>
                </li>
              ))}
            </ul>
          </details>
        </>
      )}
    </Section>
  )
}
