import { useQuery } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { isProblem } from '@/shared/api'
import { formatMoment } from '@/shared/time'
import { useWords } from '@/shared/words'
import { Failure, useErrorText } from '@/ui/Failure'
import { Field } from '@/ui/Field'
import { Loading } from '@/ui/Loading'
import { useCommand } from '@/ui/useCommand'
import { openLink, spendLink } from '../api/account'
import { depart, elsewheres } from '../api/session'
import { useText } from '../messages'
import { Door } from './Door'
import css from './forms.module.css'

/** Where a link to join or to recover leads. Its token stands behind the #, where no server and no log reads it. */
export default function LinkPage() {
  const say = useText()
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get('token') ?? '')
  const link = useQuery({
    queryKey: ['link', token],
    queryFn: () => openLink(token),
    enabled: token !== '',
    staleTime: Infinity,
    gcTime: 0,
  })
  const [done, setDone] = useState(false)
  const join = link.data?.purpose !== 'recover'

  if (token === '') {
    return <Door title={say('link.bad')} intro={say('link.badText')} children={<ToDoor />} />
  }
  if (link.isPending) return <Door title="…" children={<Loading rows={3} />} />
  if (link.isError) {
    if (isProblem(link.error, 'link_invalid'))
      return <Door title={say('link.bad')} intro={link.error.message} children={<ToDoor />} />
    return <Door title={say('link.bad')} children={<Failure error={link.error} retry={() => void link.refetch()} />} />
  }
  if (done)
    return (
      <Door
        title={say('link.done')}
        intro={say(join ? 'link.doneJoin' : 'link.doneRecover')}
        children={<ToDoor primary customer={link.data.role === 'customer'} />}
      />
    )
  return (
    <LinkForm
      token={token}
      join={join}
      role={link.data.role}
      until={link.data.expires_at}
      onDone={() => setDone(true)}
    />
  )
}

function ToDoor({ primary = false, customer = false }: { primary?: boolean; customer?: boolean }) {
  const say = useText()
  return (
    <Button type={primary ? 'primary' : 'default'} size="large" block href={customer ? '/' : '/staff/sign-in'}>
      {say('link.toDoor')}
    </Button>
  )
}

interface FormProps {
  token: string
  join: boolean
  role: string
  until: string
  onDone: () => void
}

function LinkForm({ token, join, role, until, onDone }: FormProps) {
  const say = useText()
  const word = useWords()
  const errorText = useErrorText()
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [repeat, setRepeat] = useState('')
  const [differ, setDiffer] = useState(false)
  const others = useQuery({ queryKey: ['elsewhere'], queryFn: elsewheres, staleTime: Infinity, enabled: join })
  const { run, busy, error } = useCommand({
    send: () => spendLink({ token, password, ...(join ? { login: login.trim() } : {}) }),
    onDone,
  })
  const onLogin = isProblem(error, 'login_taken', 'login_malformed')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setDiffer(password !== repeat)
    if (password === repeat) void run()
  }
  return (
    <Door
      title={say(join ? 'link.join' : 'link.recover')}
      intro={join ? say('link.joinText', { role: word('role', role) }) : say('link.recoverText')}
    >
      <form className={css.form} onSubmit={submit}>
        {join && (
          <Field label={say('link.login')} hint={say('link.loginHint')} error={onLogin ? errorText(error) : undefined}>
            {(control) => (
              <Input
                {...control}
                autoFocus
                required
                size="large"
                autoComplete="username"
                autoCapitalize="none"
                spellCheck={false}
                value={login}
                onChange={(event) => setLogin(event.target.value)}
              />
            )}
          </Field>
        )}
        <Field
          label={say('link.password')}
          hint={say('link.passwordHint')}
          error={error && !onLogin ? errorText(error) : undefined}
        >
          {(control) => (
            <Input.Password
              {...control}
              required
              size="large"
              autoComplete="new-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        <Field label={say('link.repeat')} error={differ ? say('link.differ') : undefined}>
          {(control) => (
            <Input.Password
              {...control}
              required
              size="large"
              autoComplete="new-password"
              value={repeat}
              onChange={(event) => {
                setRepeat(event.target.value)
                setDiffer(false)
              }}
            />
          )}
        </Field>
        <Button type="primary" htmlType="submit" size="large" block loading={busy}>
          {say(join ? 'link.submit' : 'link.change')}
        </Button>
      </form>
      {join &&
        others.data?.map((one) => (
          <Button
            key={one.name}
            size="large"
            block
            disabled={login.trim() === ''}
            onClick={() => void depart(one.name, { invitation: token, login: login.trim(), to: '/staff' })}
          >
            {say('link.elsewhere', { name: one.title })}
          </Button>
        ))}
      <p className={css.note}>{say('link.until', { at: formatMoment(until) })}</p>
    </Door>
  )
}
