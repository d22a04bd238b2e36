import { useInfiniteQuery } from '@tanstack/react-query'
import { api, type Schemas, take } from '@/shared/api'
import type { Filters } from '../model/audit'

export type Entry = Schemas['AuditEntry']
export type AuditPart = Schemas['AuditPart']

/** Who did what, the newest first. Reading it is noted in it, so it is not asked for by itself. */
export const useTrail = (filters: Filters) =>
  useInfiniteQuery({
    queryKey: ['operation', 'audit', filters],
    initialPageParam: '',
    staleTime: Infinity,
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/v1/audit', {
          params: { query: { limit: 100, ...filters, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next,
  })

export const verifyPart = (cursor: string | undefined, signal: AbortSignal): Promise<AuditPart> =>
  take(api.GET('/v1/audit/verification', { params: { query: cursor ? { cursor } : {} }, signal }))
