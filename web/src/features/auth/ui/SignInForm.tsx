import { Button, Input } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { Cancelled } from '@/shared/api'
import { passkeysWork } from '@/shared/passkey'
import type { Step } from '@/shared/stepup'
import { useErrorText } from '@/ui/Failure'
import { Field } from '@/ui/Field'
import { beginPasskey, type Person, secondStep, signIn, type SignedIn } from '../api/session'
import { useText } from '../messages'
import css from './forms.module.css'
import { ProofForm } from './ProofForm'

interface Props {
  onDone: (person: Person) => void
  /** Told when the second step begins or is left. */
  onStep?: (second: boolean) => void
  /** A sign-in that began elsewhere and needs its second step. */
  ticket?: string
}

/** Signs in: password, and what is asked for after it; or a passkey alone. */
export function SignInForm({ onDone, onStep, ticket }: Props) {
  const say = useText()
  const errorText = useErrorText()
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [step, setStep] = useState<Step | null>(
    ticket ? { ticket, methods: ['totp', 'recovery_code'], expires_at: '' } : null,
  )
  const [busy, setBusy] = useState<'password' | 'passkey' | null>(null)
  const [error, setError] = useState<string>()

  const arrive = (signed: SignedIn) => {
    if ('person' in signed) return onDone(signed.person)
    setStep(signed.step)
    onStep?.(true)
  }
  const enter = async (how: 'password' | 'passkey') => {
    if (busy) return
    setBusy(how)
    setError(undefined)
    try {
      if (how === 'password') arrive(await signIn(login.trim(), password))
      else arrive(await secondStep(await beginPasskey(), { passkey: true }))
    } catch (failure) {
      setError(failure instanceof Cancelled ? say('second.passkeyFailed') : errorText(failure))
    } finally {
      setBusy(null)
    }
  }

  if (step) {
    return (
      <>
        <ProofForm
          methods={step.methods ?? []}
          submit={say('second.confirm')}
          prove={async (proof) => {
            if (!('sign_in' in proof)) arrive(await secondStep(step, proof))
          }}
        />
        <Button
          type="link"
          block
          onClick={() => {
            setStep(null)
            setPassword('')
            onStep?.(false)
          }}
        >
          {say('second.back')}
        </Button>
      </>
    )
  }
  return (
    <form
      className={css.form}
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault()
        void enter('password')
      }}
    >
      {error && (
        <p role="alert" className={css.error}>
          {error}
        </p>
      )}
      <Field label={say('door.login')}>
        {(control) => (
          <Input
            {...control}
            autoFocus
            required
            size="large"
            autoComplete="username webauthn"
            autoCapitalize="none"
            spellCheck={false}
            value={login}
            onChange={(event) => setLogin(event.target.value)}
          />
        )}
      </Field>
      <Field label={say('door.password')}>
        {(control) => (
          <Input.Password
            {...control}
            required
            size="large"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      <Button type="primary" htmlType="submit" size="large" block loading={busy === 'password'}>
        {say('door.enter')}
      </Button>
      {passkeysWork() && (
        <>
          <div className={css.or}>{say('door.or')}</div>
          <Button size="large" block loading={busy === 'passkey'} onClick={() => void enter('passkey')}>
            {say('door.passkey')}
          </Button>
        </>
      )}
    </form>
  )
}
