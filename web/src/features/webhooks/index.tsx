import type { Feature } from '@/app/feature'
import { icon } from '@/app/icons'

const roles = ['operator', 'merchant'] as const

/** Other programs that are told of what happens: the platform's, and a shop's own. */
export const webhooks: Feature = {
  name: 'webhooks',
  routes: [{ path: 'webhooks', page: () => import('./ui/WebhooksPage'), roles }],
  nav: [
    {
      to: '/webhooks',
      label: { 'zh-CN': '消息推送', en: 'Webhooks' },
      icon: icon(<path d="M6.5 13.5a3 3 0 1 1-2-4.5M10 5.5a3 3 0 1 1 3 4M13.5 13.5h-7M8 7l-2 4.5M12 7l2.5 4.5" />),
      roles,
      order: 84,
    },
  ],
  commands: [
    {
      id: 'webhooks.new',
      label: { 'zh-CN': '新建消息推送', en: 'New webhook' },
      also: ['webhook', 'tuisong', 'push'],
      roles,
      run: (go) => go('/webhooks?new=yes'),
    },
  ],
}
