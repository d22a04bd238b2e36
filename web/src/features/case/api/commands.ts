import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api, sending, type StepUpAbout, take } from '@/shared/api'
import type { paths } from '@/shared/api/schema'
import type { Case } from './case'

/** Where each action of a case is asked for. */
const routes = {
  add_evidence: '/v1/cases/{id}/evidence',
  agree_suspend: '/v1/cases/{id}/agree-suspend',
  answer_settlement: '/v1/cases/{id}/answer-settlement',
  appeal: '/v1/cases/{id}/appeal',
  ask_extension: '/v1/cases/{id}/ask-extension',
  ask_supplement: '/v1/cases/{id}/ask-supplement',
  cannot_repair: '/v1/cases/{id}/cannot-repair',
  cannot_ship: '/v1/cases/{id}/cannot-ship',
  carry_out: '/v1/cases/{id}/carry-out',
  decide: '/v1/cases/{id}/decide',
  diagnose: '/v1/cases/{id}/diagnose',
  finish_repair: '/v1/cases/{id}/finish-repair',
  inspect: '/v1/cases/{id}/inspect',
  merchant_answer: '/v1/cases/{id}/merchant-answer',
  propose: '/v1/cases/{id}/propose',
  propose_settlement: '/v1/cases/{id}/propose-settlement',
  prove_delivery: '/v1/cases/{id}/prove-delivery',
  redirect_refund: '/v1/cases/{id}/redirect-refund',
  reject_evidence: '/v1/cases/{id}/reject-evidence',
  report_intercept: '/v1/cases/{id}/report-intercept',
  resolve_details: '/v1/cases/{id}/resolve-details',
  rest: '/v1/cases/{id}/rest',
  resume: '/v1/cases/{id}/resume',
  retry_refund: '/v1/cases/{id}/retry-refund',
  ship_replacement: '/v1/cases/{id}/ship-replacement',
  suspend: '/v1/cases/{id}/suspend',
} as const satisfies Record<string, keyof paths>

export type CommandName = keyof typeof routes

/** What a command takes, besides the revision that it is for. */
export type Content<N extends CommandName> = Omit<
  paths[(typeof routes)[N]]['post']['requestBody']['content']['application/json'],
  'expected_revision'
>

interface How {
  key: string
  revision: number
  /** What a fresh factor would be asked for, in words. */
  about?: StepUpAbout
}

/** Gives a command to a case, for the revision that the person saw. */
export const command = <N extends CommandName>(id: string, name: N, content: Content<N>, { key, revision, about }: How) =>
  take(
    api.POST(routes[name] as '/v1/cases/{id}/rest', {
      params: { path: { id }, header: { 'Idempotency-Key': key } },
      body: { ...content, expected_revision: revision },
      ...(about ? { fetch: sending({ about }) } : {}),
    }),
  )

/** Asks anew for all that a command may have changed. */
export const refreshCase = (queries: QueryClient, one: Pick<Case, 'id' | 'order_id'>): Promise<unknown> =>
  Promise.all([
    queries.invalidateQueries({ queryKey: ['case', one.id] }),
    ...(['cases', 'tasks', 'approvals', 'notifications'] as const).map((name) =>
      queries.invalidateQueries({ queryKey: [name] }),
    ),
    queries.invalidateQueries({ queryKey: ['order', one.order_id] }),
  ])

export function useRefresh(one: Pick<Case, 'id' | 'order_id'>): () => Promise<unknown> {
  const queries = useQueryClient()
  const { id, order_id } = one
  return useMemo(() => () => refreshCase(queries, { id, order_id }), [queries, id, order_id])
}

/** An amount as commands take it. */
export const charge = (minor: number) => ({ minor, currency: 'CNY' as const })
