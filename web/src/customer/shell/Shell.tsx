import { Suspense, useSyncExternalStore } from 'react'
import { find, type Found, type Tab } from '../routes'
import { useText } from '../messages'
import { useConnection, useLiveLists } from '@/realtime'
import { useOpenCases } from '../cases/queries'
import { turnOf } from '../cases/turn'
import { useNewestChat } from '../chat/queries'
import { Empty, Icon, type IconName, LinkButton, Skeleton } from '../ui'
import { useCustomer } from '../session'
import { Boundary } from './Boundary'
import { Link } from './Link'
import { usePlace } from './router'
import { Screen } from './Screen'

const tabs: readonly { tab: Tab; to: string; icon: IconName }[] = [
  { tab: 'orders', to: '/', icon: 'orders' },
  { tab: 'cases', to: '/cases', icon: 'cases' },
  { tab: 'chat', to: '/chat', icon: 'chat' },
  { tab: 'me', to: '/me', icon: 'me' },
]

/** What stands around every screen: the way past it for keyboards, the tabs, and a word when the network is gone. */
export function Shell() {
  const t = useText()
  const { path } = usePlace()
  const found = find(path)
  const current = found?.route.tab
  const alone = found?.route.alone === true
  useLiveLists(useCustomer())
  const mine = useOpenCases().data?.filter((one) => turnOf(one) === 'mine').length ?? 0
  const said = useNewestChat().data
  const counts: Partial<Record<Tab, number>> = { cases: mine, chat: said && said.state !== 'closed' ? said.unread : 0 }
  return (
    <>
      <a className="skip" href="#main">
        {t('app.skip')}
      </a>
      <Offline />
      <div className={alone ? 'shell alone' : 'shell'}>
        <nav className="tabs" aria-label={t('app.nav')}>
          <div className="tabs-in">
            <span className="tabs-brand">{t('app.name')}</span>
            {tabs.map(({ tab, to, icon }) => (
              <Link key={tab} to={to} className="tab" aria-current={current === tab ? 'page' : undefined}>
                <span className="tab-icon">
                  <Icon name={icon} />
                  {(counts[tab] ?? 0) > 0 && (
                    <span className="tab-count figures" aria-hidden="true">
                      {counts[tab]}
                    </span>
                  )}
                </span>
                {t(`tab.${tab}`)}
                {tab === 'cases' && mine > 0 && <span className="unseen">{t('tab.waiting', { count: mine })}</span>}
                {tab === 'chat' && (counts.chat ?? 0) > 0 && (
                  <span className="unseen">{t('tab.unread', { count: counts.chat ?? 0 })}</span>
                )}
              </Link>
            ))}
          </div>
        </nav>
        <Boundary key={path}>
          <Suspense fallback={<Loading inner={alone} />}>
            {found ? <Here key={path} found={found} /> : <NotFound />}
          </Suspense>
        </Boundary>
      </div>
    </>
  )
}

function Here({ found }: { found: Found }) {
  const { screen: Lazy } = found.route
  return <Lazy params={found.params} />
}

function Loading({ inner }: { inner: boolean }) {
  return (
    <div className={inner ? 'screen inner' : 'screen'}>
      <div className="bar">
        <div className="bar-in" />
      </div>
      <main id="main">
        <Skeleton />
      </main>
    </div>
  )
}

function NotFound() {
  const t = useText()
  return (
    <Screen title={t('app.nowhere')} backTo="/">
      <Empty icon="box" title={t('app.nowhereTitle')} action={<LinkButton to="/">{t('app.home')}</LinkButton>}>
        {t('app.nowhereText')}
      </Empty>
    </Screen>
  )
}

const listen = (changed: () => void) => {
  addEventListener('online', changed)
  addEventListener('offline', changed)
  return () => {
    removeEventListener('online', changed)
    removeEventListener('offline', changed)
  }
}

function Offline() {
  const t = useText()
  const online = useSyncExternalStore(listen, () => navigator.onLine)
  const lost = useConnection() === 'lost'
  return (
    <div className="strip-place" role="status" aria-live="polite">
      {(!online || lost) && (
        <p className="strip">
          <Icon name={online ? 'again' : 'offline'} size={18} /> {t(online ? 'app.reconnecting' : 'app.offline')}
        </p>
      )}
    </div>
  )
}
