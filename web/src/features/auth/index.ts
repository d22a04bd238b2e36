import type { Feature } from '@/app/feature'
import { signOut } from './model/session'

export { AuthDialogs } from './ui/Dialogs'
export { signOut } from './model/session'

export const auth: Feature = {
  name: 'auth',
  routes: [
    { path: 'sign-in', page: () => import('./ui/SignIn'), open: true },
    { path: 'enrol', page: () => import('./ui/Enrol'), open: true },
    { path: 'join', page: () => import('./ui/LinkPage'), open: true },
    { path: 'recover', page: () => import('./ui/LinkPage'), open: true },
    { path: 'signed-in', page: () => import('./ui/SignedIn'), open: true },
    { path: 'account', page: () => import('./ui/AccountPage') },
  ],
  commands: [
    {
      id: 'auth.account',
      label: { 'zh-CN': '账号与安全', en: 'Account and security' },
      also: ['password', 'mima', '密码', 'passkey', 'session'],
      run: (go) => go('/account'),
    },
    {
      id: 'auth.sign-out',
      label: { 'zh-CN': '退出登录', en: 'Sign out' },
      also: ['logout', 'tuichu'],
      run: signOut,
    },
  ],
}
