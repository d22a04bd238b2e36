import { type SyntheticEvent, useRef, useState } from 'react'
import { Cancelled, isProblem } from '@/shared/api'
import { passkeysWork } from '@/shared/passkey'
import type { Step } from '@/shared/stepup'
import { useText } from '../messages'
import { type Outcome, type Person, prove, signIn, signInByPasskey } from '../session'
import { Button, Icon, TextField, WentWrong } from '../ui'
import { ProofForm } from './ProofForm'

/** Signs in: by password and a second step where there is one, or by a passkey alone. */
export function SignInForm({
  onDone,
  login: given = '',
  first,
}: {
  onDone: (person: Person) => void
  login?: string
  first?: Pick<Step, 'ticket' | 'methods'> | undefined
}) {
  const t = useText()
  const [login, setLogin] = useState(given)
  const [password, setPassword] = useState('')
  const [shown, setShown] = useState(false)
  const [step, setStep] = useState<Pick<Step, 'ticket' | 'methods' | 'passkey'> | null>(first ?? null)
  const [busy, setBusy] = useState<'password' | 'passkey' | null>(null)
  const [error, setError] = useState<unknown>(null)
  const field = useRef<HTMLInputElement>(null)

  const run = async (how: 'password' | 'passkey', attempt: () => Promise<Outcome>) => {
    if (busy) return
    setBusy(how)
    setError(null)
    try {
      const came = await attempt()
      if ('person' in came) onDone(came.person)
      else setStep(came.step)
    } catch (failure) {
      if (!(failure instanceof Cancelled)) setError(failure)
      if (isProblem(failure, 'sign_in_failed')) field.current?.select()
    } finally {
      setBusy(null)
    }
  }
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    void run('password', () => signIn(login.trim(), password))
  }

  if (step)
    return (
      <ProofForm
        methods={step.methods ?? []}
        onBack={() => {
          setStep(null)
          setPassword('')
        }}
        onProof={async (proof) => {
          if ('password' in proof || 'sign_in' in proof) return
          const came = await prove(step, proof)
          if ('person' in came) onDone(came.person)
          else setStep(came.step)
        }}
      />
    )
  return (
    <form className="form" onSubmit={submit}>
      <TextField
        label={t('signIn.login')}
        name="username"
        autoComplete="username webauthn"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        required
        value={login}
        onChange={(event) => setLogin(event.target.value)}
      />
      <TextField
        ref={field}
        label={t('signIn.password')}
        name="password"
        type={shown ? 'text' : 'password'}
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        after={
          <button type="button" className="field-button" aria-pressed={shown} onClick={() => setShown(!shown)}>
            {t(shown ? 'signIn.hide' : 'signIn.show')}
          </button>
        }
      />
      <WentWrong error={error} />
      <div className="stack">
        <Button type="submit" kind="primary" wide busy={busy === 'password'}>
          {t('signIn.go')}
        </Button>
        {passkeysWork() && (
          <Button
            kind="plain"
            icon="passkey"
            wide
            busy={busy === 'passkey'}
            onClick={() => void run('passkey', signInByPasskey)}
          >
            {t('signIn.passkey')}
          </Button>
        )}
      </div>
      <p className="form-aside">
        <Icon name="shield" size={16} /> {t('signIn.forgot')}
      </p>
    </form>
  )
}
