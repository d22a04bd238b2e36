import { lazy, Suspense } from 'react'
import { useText } from './messages'
import { useMe } from './session'
import { Dialogs } from './signin/Dialogs'
import { SignInScreen } from './signin/SignInScreen'
import { usePlace } from './shell/router'
import { Shell } from './shell/Shell'
import { Empty, Failure, Toasts } from './ui'

const LinkScreen = lazy(() => import('./signin/LinkScreen'))
const ReceiptScreen = lazy(() => import('./me/ReceiptScreen'))

/** Who is here decides what is shown: a link's or a receipt's page to anybody, the door to strangers, the shell to customers. */
export function App() {
  return (
    <>
      <Suspense>
        <Here />
      </Suspense>
      <Dialogs />
      <Toasts />
    </>
  )
}

function Here() {
  const t = useText()
  const { path } = usePlace()
  const me = useMe()
  if (path === '/links') return <LinkScreen />
  if (path === '/erasure') return <ReceiptScreen />
  if (me.isPending) return null
  if (me.isError)
    return (
      <main id="main" className="door">
        <Failure error={me.error} onRetry={() => void me.refetch()} />
      </main>
    )
  if (me.data === null) return <SignInScreen />
  if (me.data.kind !== 'customer')
    return (
      <main id="main" className="door">
        <Empty
          icon="store"
          title={t('app.staffTitle')}
          action={
            <a className="button primary" href="/staff">
              {t('app.staffGo')}
            </a>
          }
        >
          {t('app.staffText')}
        </Empty>
      </main>
    )
  return <Shell />
}
