import type { Feature } from '@/app/feature'

/** A case by itself. What other features show of one is in parts.ts. */
export const caseFeature: Feature = {
  name: 'case',
  routes: [
    {
      path: 'cases/$id',
      page: () => import('./ui/CasePage'),
      roles: ['merchant', 'agent', 'supervisor', 'operator'],
    },
  ],
}
