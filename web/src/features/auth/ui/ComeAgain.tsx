import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useComingAgain } from '@/shared/arrival'
import { Failure, useErrorText } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { departTo, elsewheres } from '../api/session'
import { useText } from '../messages'
import { present } from '../model/session'
import css from './forms.module.css'

interface Props {
  prove: () => Promise<void>
  renew: () => void
  renewed: boolean
}

/** The fresh factor of those whom their company's service brings: they sign in there once more, in a tab of its own. */
export function ComeAgain({ prove, renew, renewed }: Props) {
  const say = useText()
  const errorText = useErrorText()
  const others = useQuery({ queryKey: ['elsewhere'], queryFn: elsewheres, staleTime: Infinity })
  const [link, setLink] = useState<string | null>(null)
  const [leaving, setLeaving] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const { stand, error, go } = useComingAgain({
    person: present()?.id,
    prove,
    renew,
    renewed,
    onOther: () => location.assign('/staff'), // what is on the screen is somebody else's
  })

  const leave = async (name: string) => {
    const tab = window.open('', '_blank') // at once: a tab that opens later is blocked
    setLeaving(true)
    setFailure(null)
    try {
      const url = await departTo(name, { to: '/staff/signed-in' })
      if (tab) tab.location.assign(url)
      else setLink(url)
    } catch (reason) {
      tab?.close()
      setFailure(reason)
    } finally {
      setLeaving(false)
    }
  }

  if (stand === 'looking') return <Loading rows={2} />
  const wrong = error ?? failure
  return (
    <div className={css.form}>
      <p className={css.intro} role="status">
        {say(stand === 'away' ? 'come.away' : 'come.fresh')}
      </p>
      {wrong !== null && (
        <p role="alert" className={css.error}>
          {errorText(wrong)}
        </p>
      )}
      {stand !== 'away' && (
        <Button type="primary" size="large" block loading={stand === 'proving'} onClick={() => void go()}>
          {say('come.go')}
        </Button>
      )}
      {stand === 'away' && others.isError && <Failure error={others.error} retry={() => void others.refetch()} />}
      {stand === 'away' &&
        others.data?.map((one) => (
          <Button
            key={one.name}
            type="primary"
            size="large"
            block
            loading={leaving}
            onClick={() => void leave(one.name)}
          >
            {say('come.elsewhere', { name: one.title })}
          </Button>
        ))}
      {stand === 'away' && link && (
        <a href={link} target="_blank" rel="noreferrer">
          {say('come.blocked')}
        </a>
      )}
      {stand === 'away' && <p className={css.note}>{say('come.kept')}</p>}
    </div>
  )
}
