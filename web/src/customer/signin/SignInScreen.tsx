import { useEffect } from 'react'
import { useText } from '../messages'
import { LanguageAndTheme } from '../shell/LanguageAndTheme'
import { go, usePlace } from '../shell/router'
import { arrived } from '../session'
import { Icon, Notice } from '../ui'
import { DemoHint } from './DemoHint'
import { SignInForm } from './SignInForm'

/** The first screen of those who are not signed in, at whatever address they came to: they are led on there. */
export function SignInScreen() {
  const t = useText()
  const { path, query } = usePlace()
  const refused = query.get('handover')
  const ticket = new URLSearchParams(location.hash.slice(1)).get('ticket')
  useEffect(() => {
    document.title = t('app.name')
    if (ticket) history.replaceState(history.state, '', location.pathname) // it is good once, and nobody else's to read
  }, [t, ticket])
  return (
    <div className="door">
      <main id="main">
        <div className="door-mark">
          <Icon name="cases" size={32} />
        </div>
        <h1>{t('app.name')}</h1>
        <p className="door-lead">{t('signIn.lead')}</p>
        {refused !== null && (
          <Notice tone="act" title={t('signIn.handoverTitle')}>
            {t('signIn.handover')}
          </Notice>
        )}
        <SignInForm
          first={ticket ? { ticket, methods: ['totp', 'recovery_code'] } : undefined}
          onDone={(person) => {
            arrived(person)
            if (refused !== null) go(path, { replace: true })
          }}
        />
        <DemoHint />
      </main>
      <footer>
        <LanguageAndTheme />
      </footer>
    </div>
  )
}
