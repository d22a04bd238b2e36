import { Button, Input } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { isProblem } from '@/shared/api'
import { useErrorText } from '@/ui/Failure'
import { Field } from '@/ui/Field'
import { Section } from '@/ui/Page'
import { useCommand } from '@/ui/useCommand'
import { changePassword } from '../api/account'
import { useText } from '../messages'
import css from './List.module.css'

/** Chooses another password. */
export function Password() {
  const say = useText()
  const errorText = useErrorText()
  const [present, setPresent] = useState('')
  const [next, setNext] = useState('')
  const [saved, setSaved] = useState(false)
  const { run, busy, error } = useCommand({
    send: () => changePassword(present, next),
    onDone: () => {
      setPresent('')
      setNext('')
      setSaved(true)
    },
  })
  const wrong = isProblem(error, 'password_wrong')
  return (
    <Section title={say('account.password')} text={say('account.passwordText')}>
      <form
        className={css.form}
        onSubmit={(event: SubmitEvent) => {
          event.preventDefault()
          setSaved(false)
          void run()
        }}
      >
        <Field label={say('account.present')} error={wrong ? errorText(error) : undefined}>
          {(control) => (
            <Input.Password
              {...control}
              required
              autoComplete="current-password"
              value={present}
              onChange={(event) => setPresent(event.target.value)}
            />
          )}
        </Field>
        <Field
          label={say('account.next')}
          hint={say('link.passwordHint')}
          error={error && !wrong ? errorText(error) : undefined}
        >
          {(control) => (
            <Input.Password
              {...control}
              required
              autoComplete="new-password"
              value={next}
              onChange={(event) => setNext(event.target.value)}
            />
          )}
        </Field>
        <div>
          <Button htmlType="submit" loading={busy} disabled={!present || !next}>
            {say('account.save')}
          </Button>
        </div>
        {saved && (
          <p role="status" className={css.saved}>
            {say('account.saved')}
          </p>
        )}
      </form>
    </Section>
  )
}
