import type { Feature } from '@/app/feature'
import { icon } from '@/app/icons'

const roles = ['operator'] as const

/** What the law gives people over their data, as those see it who answer for it. */
export const privacy: Feature = {
  name: 'privacy',
  routes: [
    { path: 'erasures', page: () => import('./ui/ErasuresPage'), roles },
    { path: 'legal-holds', page: () => import('./ui/HoldsPage'), roles },
  ],
  nav: [
    {
      to: '/erasures',
      label: { 'zh-CN': '个人信息', en: 'Personal data' },
      icon: icon(<path d="M5.5 9V7a4.5 4.5 0 0 1 9 0v2M4.5 9h11v7.5h-11zM10 12v1.5" />),
      roles,
      order: 84,
      letter: 'e',
    },
  ],
  commands: [
    {
      id: 'privacy.holds',
      label: { 'zh-CN': '法律保全', en: 'Legal holds' },
      also: ['hold', 'court', 'baoquan'],
      roles,
      run: (go) => go('/legal-holds'),
    },
  ],
}
