import type { Feature } from '@/app/feature'
import { icon } from '@/app/icons'

const roles = ['operator'] as const

/** The rules that cases are decided by, as packs: read, checked, compared, tried on past cases, made active. */
export const packs: Feature = {
  name: 'packs',
  routes: [
    { path: 'packs', page: () => import('./ui/PacksPage'), roles },
    { path: 'packs/$hash', page: () => import('./ui/PackPage'), roles },
    { path: 'pack-check', page: () => import('./ui/CheckPage'), roles },
  ],
  nav: [
    {
      to: '/packs',
      label: { 'zh-CN': '规则包', en: 'Policy packs' },
      icon: icon(<path d="M4 4.5h8.5a3 3 0 0 1 3 3V16H7a3 3 0 0 1-3-3zM7 8h5M7 11h5" />),
      roles,
      order: 74,
      letter: 'r',
    },
  ],
  commands: [
    {
      id: 'packs.check',
      label: { 'zh-CN': '检查新规则', en: 'Check a policy pack' },
      also: ['policy', 'guize', 'yaml'],
      roles,
      run: (go) => go('/pack-check'),
    },
  ],
}
