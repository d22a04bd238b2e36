import { Button, Input } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { isProblem } from '@/shared/api'
import { useErrorText } from '@/ui/Failure'
import { Field } from '@/ui/Field'
import { useCommand } from '@/ui/useCommand'
import { type Added, type AppEnrolment, finishApp } from '../api/factors'
import { useText } from '../messages'
import css from './forms.module.css'
import own from './AddApp.module.css'

/** The second half of setting up an authenticator app: the QR code, and the first code as a proof that it works. */
export function AddApp({ begun, onAdded }: { begun: AppEnrolment; onAdded: (added: Added) => void }) {
  const say = useText()
  const errorText = useErrorText()
  const [code, setCode] = useState('')
  const [copied, setCopied] = useState(false)
  const { run, busy, error } = useCommand<string, Added>({
    send: async (typed) => {
      try {
        return await finishApp(begun.ticket, typed)
      } catch (failure) {
        if (isProblem(failure, 'factor_refused')) setCode('')
        throw failure
      }
    },
    onDone: onAdded,
  })
  const change = (typed: string) => {
    const digits = typed.replace(/\D/g, '').slice(0, 6)
    setCode(digits)
    if (digits.length === 6) void run(digits)
  }
  return (
    <form
      className={css.form}
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault()
        if (code) void run(code)
      }}
    >
      <p className={css.intro}>{say('enrol.scan')}</p>
      <img src={begun.qr} alt={say('enrol.qr')} width={180} height={180} className={own.qr} />
      <details className={own.manual}>
        <summary>{say('enrol.manual')}</summary>
        <div className={own.secret}>
          <code>{begun.secret.replace(/(.{4})/g, '$1 ')}</code>
          <Button
            size="small"
            onClick={() => {
              void navigator.clipboard.writeText(begun.secret).then(() => setCopied(true))
            }}
          >
            {say(copied ? 'enrol.copied' : 'enrol.copy')}
          </Button>
        </div>
      </details>
      <Field label={say('enrol.then')} error={error ? errorText(error) : undefined}>
        {(control) => (
          <Input
            {...control}
            autoFocus
            size="large"
            className={css.code ?? ''}
            inputMode="numeric"
            autoComplete="one-time-code"
            value={code}
            onChange={(event) => change(event.target.value)}
          />
        )}
      </Field>
      <Button type="primary" htmlType="submit" size="large" block loading={busy}>
        {say('enrol.finish')}
      </Button>
    </form>
  )
}
