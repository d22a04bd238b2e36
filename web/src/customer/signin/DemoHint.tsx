import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, sending, take } from '@/shared/api'
import { useText } from '../messages'
import { arrived, signIn } from '../session'
import { Button, WentWrong } from '../ui'

/** In a demo, whom one can be: the server says so itself. Nothing anywhere else. */
export function DemoHint() {
  const t = useText()
  const { data } = useQuery({
    queryKey: ['demo'],
    queryFn: () => take(api.GET('/v1/demo', { fetch: sending({ quiet: true }) })),
    staleTime: Infinity,
  })
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const someone = data?.people.find((one) => one.role === 'customer')
  if (!someone) return null
  const enter = async () => {
    setBusy(true)
    setError(null)
    try {
      const came = await signIn(someone.login, someone.password)
      if ('person' in came) arrived(came.person)
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <aside className="demo" aria-label={t('signIn.demo')}>
      <p>
        <span className="tag review">{t('signIn.demo')}</span> {t('signIn.demoLead')}
      </p>
      <Button wide busy={busy} onClick={() => void enter()}>
        {t('signIn.demoAs', { login: someone.login })}
      </Button>
      <WentWrong error={error} />
      <a href="/staff">{t('signIn.demoStaff')}</a>
    </aside>
  )
}
