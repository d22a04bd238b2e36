import type { Feature } from '@/app/feature'
import { icon } from '@/app/icons'
import { api, take } from '@/shared/api'
import { useTaskNumber } from './api/tasks'
import { readViews } from './api/views'
import { addressOf } from './model/views'

const platform = ['agent', 'supervisor', 'operator'] as const
const everybody = [...platform, 'merchant'] as const

/** Where the platform's people find their work: cases, tasks, customers. A shop's people find its cases here, too. */
export const desk: Feature = {
  name: 'desk',
  routes: [
    { path: 'cases', page: () => import('./ui/CasesPage'), roles: everybody },
    { path: 'tasks', page: () => import('./ui/TasksPage'), roles: ['agent', 'supervisor', 'operator', 'editor'] },
    { path: 'customers', page: () => import('./ui/CustomersPage'), roles: platform },
    { path: 'goodwill', page: () => import('./ui/GoodwillPage'), roles: ['agent', 'supervisor', 'merchant'] },
  ],
  nav: [
    {
      to: '/cases',
      label: { 'zh-CN': '案件', en: 'Cases' },
      icon: icon(<path d="M3.5 6.5h13v9.5h-13zM7 6.5V4h6v2.5M3.5 10.5h13" />),
      roles: everybody,
      order: 10,
      letter: 'c',
    },
    {
      to: '/tasks',
      label: { 'zh-CN': '待办', en: 'Tasks' },
      icon: icon(<path d="m3.5 6 1.5 1.5L8 4.5M3.5 13.5 5 15l3-3M11 6h5.5M11 13.5h5.5" />),
      roles: platform,
      order: 20,
      letter: 'w',
      useCount: useTaskNumber,
    },
    {
      to: '/customers',
      label: { 'zh-CN': '查找', en: 'Find' },
      icon: icon(<path d="M10 10a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 10 10Zm-6 6.5c.6-3 3-4.5 6-4.5s5.4 1.5 6 4.5" />),
      roles: platform,
      order: 60,
      letter: 'k',
    },
  ],
  commands: [
    {
      id: 'desk.mine',
      label: { 'zh-CN': '我的案件', en: 'My cases' },
      also: ['mine', 'wode'],
      roles: ['agent'],
      run: (go) => go('/cases?tab=mine'),
    },
    {
      id: 'desk.none',
      label: { 'zh-CN': '待领的案件', en: 'Unassigned cases' },
      also: ['unassigned', 'dailing'],
      roles: platform,
      run: (go) => go('/cases?tab=none'),
    },
    {
      id: 'desk.review',
      label: { 'zh-CN': '复核中的投诉', en: 'Complaints under review' },
      also: ['review', 'fuhe'],
      roles: platform,
      run: (go) => go('/cases?tab=team&stage=review'),
    },
    {
      id: 'desk.goodwill',
      label: { 'zh-CN': '主动补偿', en: 'Give goodwill' },
      also: ['goodwill', 'buchang'],
      roles: ['agent', 'supervisor'],
      run: (go) => go('/goodwill'),
    },
  ],
  own: async (person, signal) => {
    if (!everybody.some((role) => role === person.role)) return []
    const views = await readViews(signal)
    return views.map(({ id, name, filter }) => ({ id: `view.${id}`, title: name, to: addressOf(filter) }))
  },
  find: async (text, person, signal) => {
    if (text.trim().length < 4 || !everybody.some((role) => role === person.role)) return []
    const { items } = await take(
      api.GET('/v1/cases', { params: { query: { number: text.trim(), limit: 6, sort: 'newest' } }, signal }),
    )
    return items.map((one) => ({
      id: one.id,
      title: `${one.words.kind} · ${one.words.stage}`,
      hint: `${one.id.slice(0, 10)} · ${one.order_id}`,
      to: `/cases/${one.id}`,
    }))
  },
}
