import { useQuery } from '@tanstack/react-query'
import { type SyntheticEvent, useState } from 'react'
import { api, isProblem, sending, take } from '@/shared/api'
import { useText } from '../messages'
import { LanguageAndTheme } from '../shell/LanguageAndTheme'
import { Button, Empty, Failure, Notice, Skeleton, TextField, WentWrong } from '../ui'

const quiet = { fetch: sending({ quiet: true }) }

/** A link to join or to choose a new password: `/links#<token>`. The token is good once; it leaves the address bar at once. */
export default function LinkScreen() {
  const t = useText()
  const [token, setToken] = useState(() => {
    const given = decodeURIComponent(location.hash.slice(1))
    if (given) history.replaceState(history.state, '', location.pathname)
    return given
  })
  const [typed, setTyped] = useState('')
  return (
    <div className="door">
      <main id="main">
        <h1>{t('link.title')}</h1>
        {token === '' ? (
          <form
            className="form"
            onSubmit={(event) => {
              event.preventDefault()
              setToken(typed.trim())
            }}
          >
            <p className="door-lead">{t('link.lead')}</p>
            <TextField
              label={t('link.token')}
              required
              maxLength={64}
              autoComplete="off"
              spellCheck={false}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
            <Button type="submit" kind="primary" wide>
              {t('open.next')}
            </Button>
          </form>
        ) : (
          <Opened token={token} onAnother={() => setToken('')} />
        )}
      </main>
      <footer>
        <LanguageAndTheme />
      </footer>
    </div>
  )
}

function Opened({ token, onAnother }: { token: string; onAnother: () => void }) {
  const t = useText()
  const link = useQuery({
    queryKey: ['link', token],
    queryFn: () => take(api.POST('/v1/links/open', { ...quiet, body: { token } })),
    gcTime: 0,
    staleTime: Infinity,
  })
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [done, setDone] = useState(false)
  if (link.isPending) return <Skeleton rows={1} />
  if (link.isError)
    return (
      <Failure
        error={link.error}
        {...(isProblem(link.error, 'link_invalid') ? {} : { onRetry: () => void link.refetch() })}
        action={
          <Button kind="quiet" onClick={onAnother}>
            {t('link.another')}
          </Button>
        }
      />
    )
  const joins = link.data.purpose === 'join'
  const home = link.data.role === 'customer' ? '/' : '/staff'
  if (done)
    return (
      <Empty
        icon="check"
        title={t('link.done')}
        action={
          <a className="button primary" href={home}>
            {t('signIn.go')}
          </a>
        }
      >
        {t('link.doneText')}
      </Empty>
    )
  const use = async (event: SyntheticEvent) => {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      await take(
        api.POST('/v1/links/use', { ...quiet, body: { token, password, ...(joins ? { login: login.trim() } : {}) } }),
      )
      setDone(true)
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form className="form" onSubmit={(event) => void use(event)}>
      <Notice tone="wait">{t(joins ? 'link.join' : 'link.recover')}</Notice>
      {joins && (
        <TextField
          label={t('signIn.login')}
          hint={t('link.loginHint')}
          required
          minLength={3}
          maxLength={64}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          value={login}
          onChange={(event) => setLogin(event.target.value)}
        />
      )}
      <TextField
        label={t('link.password')}
        hint={t('link.passwordHint')}
        type="password"
        required
        minLength={8}
        maxLength={256}
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <WentWrong error={error} />
      <Button type="submit" kind="primary" wide busy={busy}>
        {t(joins ? 'link.joinGo' : 'link.recoverGo')}
      </Button>
    </form>
  )
}
