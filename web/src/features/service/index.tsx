import type { Feature } from '@/app/feature'
import { icon } from '@/app/icons'

const roles = ['agent', 'supervisor', 'operator'] as const
const leads = ['supervisor', 'operator'] as const

/** How the desk works: what is answered with, what conversations are sorted by, how soon, and when a team is there. */
export const service: Feature = {
  name: 'service',
  routes: [
    { path: 'desk/canned', page: () => import('./ui/CannedPage'), roles },
    { path: 'desk/tags', page: () => import('./ui/TagsPage'), roles },
    { path: 'desk/targets', page: () => import('./ui/TargetsPage'), roles: leads },
    { path: 'desk/hours', page: () => import('./ui/HoursPage'), roles: leads },
  ],
  nav: [
    {
      to: '/desk/canned',
      label: { 'zh-CN': '会话设置', en: 'Desk settings' },
      icon: icon(<path d="M3.5 6h7M13.5 6h3M12 4v4M3.5 14h3M9.5 14h7M8 12v4" />),
      roles,
      order: 65,
    },
  ],
  commands: [
    {
      id: 'service.canned',
      label: { 'zh-CN': '快捷回复', en: 'Canned replies' },
      also: ['canned', 'kuaijie', 'huifu'],
      roles,
      run: (go) => go('/desk/canned'),
    },
    {
      id: 'service.tags',
      label: { 'zh-CN': '会话标签', en: 'Tags of conversations' },
      also: ['tags', 'biaoqian'],
      roles,
      run: (go) => go('/desk/tags'),
    },
    {
      id: 'service.targets',
      label: { 'zh-CN': '服务时限', en: 'Service targets' },
      also: ['targets', 'sla', 'shixian'],
      roles: leads,
      run: (go) => go('/desk/targets'),
    },
    {
      id: 'service.hours',
      label: { 'zh-CN': '工作时间', en: 'Working hours' },
      also: ['hours', 'gongzuo', 'holidays', 'jiari'],
      roles: leads,
      run: (go) => go('/desk/hours'),
    },
  ],
}
