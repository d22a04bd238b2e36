import type { Feature } from '@/app/feature'
import { icon } from '@/app/icons'

/** Those who work, their teams, and what each may do. */
export const people: Feature = {
  name: 'people',
  routes: [
    { path: 'people', page: () => import('./ui/PeoplePage'), roles: ['operator', 'supervisor'] },
    { path: 'customer-access', page: () => import('./ui/CustomerAccessPage'), roles: ['operator'] },
    { path: 'teams', page: () => import('./ui/TeamsPage'), roles: ['operator'] },
  ],
  nav: [
    {
      to: '/people',
      label: { 'zh-CN': '人员', en: 'People' },
      icon: icon(
        <path d="M7.5 9.5a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4Zm-5 6.5c.4-2.7 2.4-4 5-4s4.6 1.3 5 4M13 9.3a2.4 2.4 0 0 0 0-4.7m1.2 7.6c1.8.4 3 1.7 3.3 3.8" />,
      ),
      roles: ['operator', 'supervisor'],
      order: 70,
      letter: 'p',
    },
  ],
  commands: [
    {
      id: 'people.invite',
      label: { 'zh-CN': '邀请人员', en: 'Invite somebody' },
      also: ['invite', 'yaoqing', 'staff'],
      roles: ['operator'],
      run: (go) => go('/people?invite=1'),
    },
    {
      id: 'people.customer',
      label: { 'zh-CN': '帮买家找回账号', en: 'Help a customer back in' },
      also: ['recover', 'password', 'mima', '找回'],
      roles: ['operator'],
      run: (go) => go('/customer-access'),
    },
    {
      id: 'people.teams',
      label: { 'zh-CN': '团队与店铺', en: 'Teams and shops' },
      also: ['team', 'tuandui'],
      roles: ['operator'],
      run: (go) => go('/teams'),
    },
  ],
}
