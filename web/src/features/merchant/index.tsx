import type { Feature } from '@/app/feature'
import { icon } from '@/app/icons'
import { useTaskNumber } from '@/features/desk/parts'

const roles = ['merchant'] as const

/** Where a shop's people work: what they have to do, and what their shop keeps in order. */
export const merchant: Feature = {
  name: 'merchant',
  routes: [
    { path: 'shop/tasks', page: () => import('./ui/TasksPage'), roles },
    { path: 'shop/stock', page: () => import('./ui/StockPage'), roles },
    { path: 'shop/figures', page: () => import('./ui/FiguresPage'), roles },
    { path: 'shop/funds', page: () => import('./ui/FundsPage'), roles },
    { path: 'shop/settings', page: () => import('./ui/SettingsPage'), roles },
  ],
  nav: [
    {
      to: '/shop/tasks',
      label: { 'zh-CN': '待办', en: 'Tasks' },
      icon: icon(<path d="m3.5 6 1.5 1.5L8 4.5M3.5 13.5 5 15l3-3M11 6h5.5M11 13.5h5.5" />),
      roles,
      order: 5,
      letter: 'w',
      useCount: useTaskNumber,
    },
    {
      to: '/shop/stock',
      label: { 'zh-CN': '库存', en: 'Stock' },
      icon: icon(<path d="m3.5 6.5 6.5-3 6.5 3v7l-6.5 3-6.5-3zM3.5 6.5l6.5 3 6.5-3M10 9.5v7" />),
      roles,
      order: 30,
      letter: 's',
    },
    {
      to: '/shop/figures',
      label: { 'zh-CN': '数据', en: 'Figures' },
      icon: icon(<path d="M3.5 16.5h13M5.5 13.5v-4M10 13.5v-9M14.5 13.5V7" />),
      roles,
      order: 40,
      letter: 'd',
    },
    {
      to: '/shop/funds',
      label: { 'zh-CN': '资金', en: 'Money' },
      icon: icon(<path d="M3.5 6.5h13v9h-13zM3.5 6.5 13 3.5v3M13 11h.01" />),
      roles,
      order: 45,
      letter: 'f',
    },
    {
      to: '/shop/settings',
      label: { 'zh-CN': '店铺', en: 'Shop' },
      icon: icon(
        <path d="M4 8.5v8h12v-8M3 8.5l1.5-5h11l1.5 5M3 8.5a2.3 2.3 0 0 0 4.6 0 2.3 2.3 0 0 0 4.7 0 2.3 2.3 0 0 0 4.7 0M8 16.5v-4h4v4" />,
      ),
      roles,
      order: 50,
      letter: 'e',
    },
  ],
  commands: [
    {
      id: 'merchant.answer',
      label: { 'zh-CN': '待答复的申请', en: 'Requests to answer' },
      also: ['answer', 'dafu', '同意', '拒绝'],
      roles,
      run: (go) => go('/shop/tasks?kind=merchant_answer'),
    },
    {
      id: 'merchant.inspect',
      label: { 'zh-CN': '待验货的包裹', en: 'Parcels to inspect' },
      also: ['inspect', 'yanhuo', '收货'],
      roles,
      run: (go) => go('/shop/tasks?kind=inspection'),
    },
    {
      id: 'merchant.addresses',
      label: { 'zh-CN': '退货地址', en: 'Return addresses' },
      also: ['address', 'dizhi'],
      roles,
      run: (go) => go('/shop/settings'),
    },
    {
      id: 'merchant.rules',
      label: { 'zh-CN': '自动同意规则', en: 'Rules of automatic agreement' },
      also: ['rules', 'guize', 'automatic'],
      roles,
      run: (go) => go('/shop/settings?tab=rules'),
    },
    {
      id: 'merchant.staff',
      label: { 'zh-CN': '店铺员工', en: 'Staff of the shop' },
      also: ['staff', 'invite', 'yuangong', '邀请'],
      roles,
      run: (go) => go('/shop/settings?tab=staff'),
    },
    {
      id: 'merchant.keys',
      label: { 'zh-CN': '接口密钥', en: 'API keys of the shop' },
      also: ['api', 'token', 'miyao', 'jiekou'],
      roles,
      run: (go) => go('/shop/settings?tab=keys'),
    },
    {
      id: 'merchant.goodwill',
      label: { 'zh-CN': '主动退款', en: 'Refund of goodwill' },
      also: ['goodwill', 'buchang', '补偿'],
      roles,
      run: (go) => go('/goodwill'),
    },
  ],
}
