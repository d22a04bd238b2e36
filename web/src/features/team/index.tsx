import type { Feature } from '@/app/feature'
import { icon } from '@/app/icons'

const roles = ['supervisor'] as const

/** What a supervisor answers for: what was raised to them, and who in the team may decide how much. */
export const team: Feature = {
  name: 'team',
  routes: [{ path: 'team', page: () => import('./ui/TeamPage'), roles }],
  nav: [
    {
      to: '/team',
      label: { 'zh-CN': '团队', en: 'Team' },
      icon: icon(<path d="M3.5 15.5v-3M7.8 15.5V9M12.2 15.5v-5M16.5 15.5V5M3.5 7.5 8 4l4 2.5 4.5-4" />),
      roles,
      order: 30,
      letter: 't',
    },
  ],
}
