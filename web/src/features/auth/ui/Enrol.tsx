import { useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { type ReactNode, useState } from 'react'
import { queries } from '@/app/queries'
import { personQuery } from '@/app/session'
import { useView } from '@/app/view'
import { Cancelled } from '@/shared/api'
import { passkeysWork } from '@/shared/passkey'
import { useErrorText } from '@/ui/Failure'
import { useCommand } from '@/ui/useCommand'
import { addPasskey, type Added, type AppEnrolment, beginApp } from '../api/factors'
import { useText } from '../messages'
import { onward, signOut } from '../model/session'
import { AddApp } from './AddApp'
import { Door } from './Door'
import css from './forms.module.css'
import own from './Enrol.module.css'
import { RecoveryCodes } from './RecoveryCodes'

/** Sets up the first second factor, for those whose role must have one before anything else. */
export default function Enrol() {
  const say = useText()
  const navigate = useNavigate()
  const [view] = useView('to')
  const [app, setApp] = useState<AppEnrolment | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)

  const goOn = async () => {
    await queries.invalidateQueries({ queryKey: personQuery.queryKey })
    void navigate({ to: onward(view.to), replace: true })
  }
  const added = (it: Added) => {
    if (it.recovery_codes && it.recovery_codes.length > 0) setCodes(it.recovery_codes)
    else void goOn()
  }

  if (codes) {
    return (
      <Door wide title={say('codes.title')}>
        <RecoveryCodes codes={codes} onDone={() => void goOn()} />
      </Door>
    )
  }
  if (app) {
    return (
      <Door wide title={say('enrol.app')}>
        <AddApp begun={app} onAdded={added} />
        <Button type="link" onClick={() => setApp(null)}>
          {say('enrol.back')}
        </Button>
      </Door>
    )
  }
  return (
    <Door wide title={say('enrol.title')} intro={say('enrol.intro')}>
      {passkeysWork() && (
        <Choice
          title={say('enrol.passkey')}
          text={say('enrol.passkeyText')}
          primary
          start={async () => added(await addPasskey(say('enrol.passkey'), { title: say('account.addPasskey') }))}
        />
      )}
      <Choice
        title={say('enrol.app')}
        text={say('enrol.appText')}
        start={async () => setApp(await beginApp(say('account.totp'), { title: say('account.addApp') }))}
      />
      <Button type="link" onClick={() => void signOut()}>
        {say('again.leave')}
      </Button>
    </Door>
  )
}

function Choice({
  title,
  text,
  start,
  primary = false,
}: {
  title: ReactNode
  text: ReactNode
  start: () => Promise<void>
  primary?: boolean
}) {
  const say = useText()
  const errorText = useErrorText()
  const [turned, setTurned] = useState(false)
  const { run, busy, error } = useCommand({
    send: async () => {
      setTurned(false)
      try {
        await start()
      } catch (failure) {
        setTurned(failure instanceof Cancelled)
        throw failure
      }
    },
  })
  return (
    <section className={own.choice}>
      <div>
        <h2>{title}</h2>
        <p>{text}</p>
      </div>
      <Button type={primary ? 'primary' : 'default'} loading={busy} onClick={() => void run()}>
        {say('enrol.choose')}
      </Button>
      {(error !== null || turned) && (
        <p role="alert" className={css.error}>
          {turned ? say('enrol.failed') : errorText(error)}
        </p>
      )}
    </section>
  )
}
