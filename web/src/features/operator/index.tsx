import type { Feature } from '@/app/feature'
import { icon } from '@/app/icons'

const operators = ['operator'] as const
/** Who may let programs speak in their name; the owner of a shop has them among the shop's settings. */
const keyed = ['operator', 'supervisor'] as const

/** How things stand on the platform, and what keeps it going: partners, books, deadlines, audit trail, keys. */
export const operator: Feature = {
  name: 'operator',
  routes: [
    { path: 'overview', page: () => import('./ui/OverviewPage'), roles: operators },
    { path: 'partners', page: () => import('./ui/PartnersPage'), roles: operators },
    { path: 'ledger', page: () => import('./ui/LedgerPage'), roles: operators },
    { path: 'discrepancies', page: () => import('./ui/DiscrepanciesPage'), roles: operators },
    { path: 'deadlines', page: () => import('./ui/DeadlinesPage'), roles: operators },
    { path: 'alarms', page: () => import('./ui/AlarmsPage'), roles: operators },
    { path: 'audit', page: () => import('./ui/AuditPage'), roles: operators },
    { path: 'keys', page: () => import('./ui/KeysPage'), roles: operators },
    { path: 'api-keys', page: () => import('./ui/TokensPage'), roles: keyed },
  ],
  nav: [
    {
      to: '/overview',
      label: { 'zh-CN': '总览', en: 'Overview' },
      icon: icon(<path d="M3.5 3.5h5.5v7H3.5zM11 3.5h5.5v4H11zM11 9.5h5.5v7H11zM3.5 12.5H9v4H3.5z" />),
      roles: operators,
      order: 1,
      letter: 'o',
    },
    {
      to: '/deadlines',
      label: { 'zh-CN': '批量延期', en: 'Move deadlines' },
      icon: icon(<path d="M10 3.5a6.5 6.5 0 1 0 6.5 6.5M10 6.5V10l2.5 1.5M12.5 3.5h4M16.5 3.5v4" />),
      roles: operators,
      order: 80,
      letter: 'd',
    },
    {
      to: '/partners',
      label: { 'zh-CN': '合作方与对账', en: 'Partners and books' },
      icon: icon(<path d="M3.5 10h2.6l1.9-5 3.8 10 1.9-5h2.8" />),
      roles: operators,
      order: 82,
      letter: 'h',
    },
    {
      to: '/audit',
      label: { 'zh-CN': '审计', en: 'Audit trail' },
      icon: icon(<path d="M5 3h7l3 3v11H5zM12 3v3h3M7.5 9.5h5M7.5 12.5h5" />),
      roles: operators,
      order: 86,
      letter: 'u',
    },
    {
      to: '/keys',
      label: { 'zh-CN': '加密密钥', en: 'Encryption keys' },
      icon: icon(<path d="M8.4 11.6a3.4 3.4 0 1 1 1.5-1.5l6.6 6.4v-2.4h-2v-2h-2l-1.3-1.3M6.6 8.4h.01" />),
      roles: operators,
      order: 88,
      letter: 'y',
    },
  ],
  commands: [
    {
      id: 'operator.alarms',
      label: { 'zh-CN': '警报', en: 'Alarms' },
      also: ['alarm', 'jingbao'],
      roles: operators,
      run: (go) => go('/alarms'),
    },
    {
      id: 'operator.ledger',
      label: { 'zh-CN': '沙箱账本', en: 'Sandbox ledger' },
      also: ['ledger', 'zhangben'],
      roles: operators,
      run: (go) => go('/ledger'),
    },
    {
      id: 'operator.discrepancies',
      label: { 'zh-CN': '对账差异', en: 'Discrepancies' },
      also: ['reconcile', 'duizhang', 'difference'],
      roles: operators,
      run: (go) => go('/discrepancies'),
    },
    {
      id: 'operator.api-keys',
      label: { 'zh-CN': '接口密钥', en: 'API keys' },
      also: ['token', 'integration', 'jiekou'],
      roles: keyed,
      run: (go) => go('/api-keys'),
    },
  ],
}
