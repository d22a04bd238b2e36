import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { useMaybeMe } from '@/app/session'
import { useView } from '@/app/view'
import { rich } from '@/shared/rich'
import { depart, elsewheres, type Person } from '../api/session'
import { useText } from '../messages'
import { begin, onward } from '../model/session'
import { Door } from './Door'
import css from './forms.module.css'
import { SignInForm } from './SignInForm'

export default function SignIn() {
  const say = useText()
  const navigate = useNavigate()
  const [view] = useView('to', 'elsewhere', 'second_factor')
  const me = useMaybeMe()
  // A sign-in that began elsewhere comes back with its ticket behind the #, where no server reads it.
  const [ticket] = useState(() =>
    view.second_factor ? new URLSearchParams(location.hash.slice(1)).get('ticket') : null,
  )
  const [second, setSecond] = useState(ticket !== null)
  const others = useQuery({ queryKey: ['elsewhere'], queryFn: elsewheres, staleTime: Infinity })

  useEffect(() => {
    if (ticket) history.replaceState(null, '', location.pathname)
  }, [ticket])

  const done = (person: Person) => {
    begin(person)
    if (person.role !== 'customer') void navigate({ to: onward(view.to), replace: true })
  }
  const customer = me?.role === 'customer'

  return (
    <Door title={say(second ? 'second.title' : 'door.title')} intro={say(second ? 'second.intro' : 'door.intro')}>
      {customer && <p className={css.intro}>{rich(say('door.customer'), { a: (words) => <a href="/">{words}</a> })}</p>}
      {view.elsewhere && (
        <p role="alert" className={css.error}>
          {say('door.elsewhereFailed')}
        </p>
      )}
      <SignInForm onDone={done} onStep={setSecond} {...(ticket ? { ticket } : {})} />
      {!second &&
        others.data?.map((one) => (
          <Button
            key={one.name}
            size="large"
            block
            onClick={() => void depart(one.name, { to: `/staff${onward(view.to)}` })}
          >
            {say('door.elsewhere', { name: one.title })}
          </Button>
        ))}
      {!second && <p className={css.note}>{say('door.forgot')}</p>}
    </Door>
  )
}
