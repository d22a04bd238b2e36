import type { Feature } from '@/app/feature'
import { icon } from '@/app/icons'
import { useApprovalNumber } from './api/approvals'

const roles = ['supervisor', 'operator'] as const

/** Proposals that wait for a second pair of eyes. */
export const approval: Feature = {
  name: 'approval',
  routes: [{ path: 'approvals', page: () => import('./ui/ApprovalsPage'), roles }],
  nav: [
    {
      to: '/approvals',
      label: { 'zh-CN': '审批', en: 'Approvals' },
      icon: icon(<path d="M10 2.8 16 5v5c0 3.6-2.5 6-6 7.2C6.5 16 4 13.6 4 10V5zM7.2 10l2 2 3.6-4" />),
      roles,
      order: 5,
      letter: 'a',
      useCount: useApprovalNumber,
    },
  ],
  commands: [
    {
      id: 'approval.list',
      label: { 'zh-CN': '去审批', en: 'Go to approvals' },
      also: ['approve', 'shenpi'],
      roles,
      run: (go) => go('/approvals'),
    },
  ],
}
