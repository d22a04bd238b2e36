import { type ComponentType, lazy, type LazyExoticComponent } from 'react'
import { match, type Params } from './shell/router'

export interface ScreenProps {
  params: Params
}

type Load = () => Promise<{ default: ComponentType<ScreenProps> }>
export type Tab = 'orders' | 'cases' | 'chat' | 'me'

interface Route {
  pattern: string
  load: Load
  screen: LazyExoticComponent<ComponentType<ScreenProps>>
  tab: Tab
  /** A screen of its own, without the tabs: what one does there wants the whole of the phone. */
  alone?: true
}

/** Every screen of those who are signed in, by its address. The first that fits counts. */
const known: readonly Omit<Route, 'screen'>[] = [
  { pattern: '/', tab: 'orders', load: () => import('./orders/OrdersScreen') },
  { pattern: '/orders', tab: 'orders', load: () => import('./orders/OrdersScreen') },
  { pattern: '/orders/:id', tab: 'orders', alone: true, load: () => import('./orders/OrderScreen') },
  { pattern: '/orders/:id/ask/:kind', tab: 'orders', alone: true, load: () => import('./open/OpenScreen') },
  { pattern: '/cases', tab: 'cases', load: () => import('./cases/CasesScreen') },
  { pattern: '/cases/:id', tab: 'cases', alone: true, load: () => import('./case') },
  { pattern: '/chat', tab: 'chat', alone: true, load: () => import('./chat/OpenChat') },
  { pattern: '/chat/:id', tab: 'chat', alone: true, load: () => import('./chat/ChatScreen') },
  { pattern: '/chats', tab: 'chat', alone: true, load: () => import('./chat/ChatsScreen') },
  { pattern: '/me', tab: 'me', load: () => import('./me/MeScreen') },
  { pattern: '/me/security', tab: 'me', alone: true, load: () => import('./me/SecurityScreen') },
  { pattern: '/me/sessions', tab: 'me', alone: true, load: () => import('./me/SessionsScreen') },
  { pattern: '/me/privacy', tab: 'me', alone: true, load: () => import('./me/PrivacyScreen') },
  { pattern: '/me/erasure', tab: 'me', alone: true, load: () => import('./me/ErasureScreen') },
  { pattern: '/news', tab: 'me', alone: true, load: () => import('./me/NewsScreen') },
]

export const routes: readonly Route[] = known.map((route) => ({ ...route, screen: lazy(route.load) }))

export interface Found {
  route: Route
  params: Params
}

export function find(path: string): Found | null {
  for (const route of routes) {
    const params = match(route.pattern, path)
    if (params) return { route, params }
  }
  return null
}

/** Begins to load the screen of an address, while it is still being found out who is here. */
export function ahead(path: string): void {
  find(path)
    ?.route.load()
    .catch(() => undefined) // the screen itself says so when it is shown
}
