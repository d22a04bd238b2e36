import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api, type Schemas, take } from '@/shared/api'

export type KeptFilter = Schemas['SavedView']

const key = ['conversation-views'] as const

export const readKept = async (signal: AbortSignal): Promise<readonly KeptFilter[]> =>
  (await take(api.GET('/v1/views', { params: { query: { limit: 100 } }, signal }))).items

/** One's own named filters of the list of conversations. */
export const useKept = () => useQuery({ queryKey: key, staleTime: 300_000, queryFn: ({ signal }) => readKept(signal) })

export function useRefreshKept(): () => void {
  const queries = useQueryClient()
  return () => {
    void queries.invalidateQueries({ queryKey: key })
    void queries.invalidateQueries({ queryKey: ['palette', 'own'] })
  }
}

export const keepFilter = (name: string, query: string) => take(api.POST('/v1/views', { body: { name, query } }))
export const forgetFilter = (id: string) =>
  take(api.POST('/v1/views/{id}/remove', { params: { path: { id } }, body: {} }))
