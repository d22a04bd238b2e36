import { type ComponentType, lazy, type LazyExoticComponent } from 'react'
import { match, type Params } from './shell/router'

export interface ScreenProps {
  params: Params
}

type Lazy = LazyExoticComponent<ComponentType<ScreenProps>>
export type Tab = 'orders' | 'cases' | 'chat' | 'me'

interface Route {
  pattern: string
  screen: Lazy
  tab: Tab
  /** A screen of its own, without the tabs: what one does there wants the whole of the phone. */
  alone?: true
}

/** Every screen of those who are signed in, by its address. The first that fits counts. */
export const routes: readonly Route[] = [
  { pattern: '/', tab: 'orders', screen: lazy(() => import('./orders/OrdersScreen')) },
  { pattern: '/orders', tab: 'orders', screen: lazy(() => import('./orders/OrdersScreen')) },
  { pattern: '/orders/:id', tab: 'orders', alone: true, screen: lazy(() => import('./orders/OrderScreen')) },
  { pattern: '/orders/:id/ask/:kind', tab: 'orders', alone: true, screen: lazy(() => import('./open/OpenScreen')) },
  { pattern: '/cases', tab: 'cases', screen: lazy(() => import('./cases/CasesScreen')) },
  { pattern: '/cases/:id', tab: 'cases', alone: true, screen: lazy(() => import('./case')) },
  { pattern: '/chat', tab: 'chat', alone: true, screen: lazy(() => import('./chat/OpenChat')) },
  { pattern: '/chat/:id', tab: 'chat', alone: true, screen: lazy(() => import('./chat/ChatScreen')) },
  { pattern: '/chats', tab: 'chat', alone: true, screen: lazy(() => import('./chat/ChatsScreen')) },
  { pattern: '/me', tab: 'me', screen: lazy(() => import('./me/MeScreen')) },
  { pattern: '/me/security', tab: 'me', alone: true, screen: lazy(() => import('./me/SecurityScreen')) },
  { pattern: '/me/sessions', tab: 'me', alone: true, screen: lazy(() => import('./me/SessionsScreen')) },
  { pattern: '/me/privacy', tab: 'me', alone: true, screen: lazy(() => import('./me/PrivacyScreen')) },
  { pattern: '/me/erasure', tab: 'me', alone: true, screen: lazy(() => import('./me/ErasureScreen')) },
  { pattern: '/news', tab: 'me', alone: true, screen: lazy(() => import('./me/NewsScreen')) },
]

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
