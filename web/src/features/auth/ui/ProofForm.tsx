import { Button, Input } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { Cancelled, isProblem } from '@/shared/api'
import { passkeysWork } from '@/shared/passkey'
import type { Proof } from '@/shared/stepup'
import { Field } from '@/ui/Field'
import { useErrorText } from '@/ui/Failure'
import { useText } from '../messages'
import css from './forms.module.css'

type Way = 'code' | 'recovery' | 'password'

interface Props {
  /** What can be brought: passkey, totp, recovery_code, password. */
  methods: readonly string[]
  /** Brings it; what it throws is shown here. */
  prove: (proof: Proof) => Promise<void>
  submit: string
}

/** Brings a factor: a passkey with one press, a code as soon as its six digits stand, a recovery code, a password. */
export function ProofForm({ methods, prove, submit }: Props) {
  const say = useText()
  const errorText = useErrorText()
  const withPasskey = methods.includes('passkey') && passkeysWork()
  const first: Way | null = methods.includes('totp')
    ? 'code'
    : methods.includes('password')
      ? 'password'
      : methods.includes('recovery_code')
        ? 'recovery'
        : null
  const [way, setWay] = useState(first)
  const [text, setText] = useState('')
  const [busy, setBusy] = useState<'passkey' | 'text' | null>(null)
  const [error, setError] = useState<string>()

  const bring = async (proof: Proof, how: 'passkey' | 'text') => {
    if (busy) return
    setBusy(how)
    setError(undefined)
    try {
      await prove(proof)
    } catch (failure) {
      if (!(failure instanceof Cancelled)) setError(errorText(failure))
      else if (how === 'passkey') setError(say('second.passkeyFailed'))
      if (isProblem(failure, 'factor_refused')) setText('')
    } finally {
      setBusy(null)
    }
  }
  const turn = (to: Way) => {
    setWay(to)
    setText('')
    setError(undefined)
  }
  const send = (value: string) => {
    const plain = value.replace(/\s/g, '')
    if (!plain) return
    void bring(
      way === 'code' ? { code: plain } : way === 'recovery' ? { recovery_code: value.trim() } : { password: value },
      'text',
    )
  }
  const change = (value: string) => {
    const digits = way === 'code' ? value.replace(/\D/g, '').slice(0, 6) : value
    setText(digits)
    setError(undefined)
    if (way === 'code' && digits.length === 6) send(digits)
  }

  return (
    <form
      className={css.form}
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault()
        send(text)
      }}
    >
      {withPasskey && (
        <Button
          type={way ? 'default' : 'primary'}
          size="large"
          block
          loading={busy === 'passkey'}
          onClick={() => void bring({ passkey: true }, 'passkey')}
        >
          {busy === 'passkey' ? say('second.waiting') : say('second.passkey')}
        </Button>
      )}
      {withPasskey && way && <div className={css.or}>{say('second.or')}</div>}
      {!way && error && (
        <p role="alert" className={css.error}>
          {error}
        </p>
      )}
      {way === 'code' && (
        <Field label={say('second.code')} hint={say('second.codeHint')} error={error}>
          {(control) => (
            <Input
              {...control}
              autoFocus
              size="large"
              className={css.code}
              inputMode="numeric"
              autoComplete="one-time-code"
              value={text}
              onChange={(event) => change(event.target.value)}
            />
          )}
        </Field>
      )}
      {way === 'recovery' && (
        <Field label={say('second.recovery')} hint={say('second.recoveryHint')} error={error}>
          {(control) => (
            <Input
              {...control}
              autoFocus
              size="large"
              autoComplete="off"
              spellCheck={false}
              value={text}
              onChange={(event) => change(event.target.value)}
            />
          )}
        </Field>
      )}
      {way === 'password' && (
        <Field label={say('door.password')} error={error}>
          {(control) => (
            <Input.Password
              {...control}
              autoFocus
              size="large"
              autoComplete="current-password"
              value={text}
              onChange={(event) => change(event.target.value)}
            />
          )}
        </Field>
      )}
      {way && (
        <Button type="primary" htmlType="submit" size="large" block loading={busy === 'text'}>
          {submit}
        </Button>
      )}
      {way === 'code' && methods.includes('recovery_code') && (
        <Button type="link" onClick={() => turn('recovery')}>
          {say('second.useRecovery')}
        </Button>
      )}
      {way === 'recovery' && methods.includes('totp') && (
        <Button type="link" onClick={() => turn('code')}>
          {say('second.useCode')}
        </Button>
      )}
    </form>
  )
}
