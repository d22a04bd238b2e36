import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api, type Schemas, take } from '@/shared/api'
import type { SavedView } from '../model/views'

const key = ['desk', 'views'] as const

export const readViews = async (signal: AbortSignal): Promise<readonly SavedView[]> =>
  (await take(api.GET('/v1/case-views', { signal }))).items

/** One's own named sets of filters, at most twenty. */
export const useViews = () =>
  useQuery({ queryKey: key, staleTime: 300_000, queryFn: ({ signal }) => readViews(signal) })

export function useRefreshViews(): () => Promise<unknown> {
  const queries = useQueryClient()
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: key }),
      queries.invalidateQueries({ queryKey: ['palette', 'own'] }),
    ])
}

export const saveView = (body: Schemas['NewCaseView'], idempotency: string): Promise<SavedView> =>
  take(api.POST('/v1/case-views', { params: { header: { 'Idempotency-Key': idempotency } }, body }))

export const removeView = (id: string): Promise<unknown> =>
  take(api.DELETE('/v1/case-views/{id}', { params: { path: { id } } }))
