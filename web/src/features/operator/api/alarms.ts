import { useInfiniteQuery } from '@tanstack/react-query'
import { api, type Schemas, take } from '@/shared/api'

export type Alarm = Schemas['Alarm']

/** Calls to operators, the newest first: those that are open, or those that somebody looked into. */
export const useAlarms = (state: 'open' | 'closed') =>
  useInfiniteQuery({
    queryKey: ['operation', 'alarms', state],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/v1/alarms', {
          params: { query: { state, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next,
    refetchInterval: 60_000,
  })

export const closeAlarm = (id: string, key: string) =>
  take(api.POST('/v1/alarms/{id}/close', { params: { path: { id }, header: { 'Idempotency-Key': key } } }))
