import { useQuery } from '@tanstack/react-query'
import { api, take } from '@/shared/api'

/* What the navigation shows on every page: apart from the rest, so that the staff's entry stays small. */

export const queueQuery = {
  queryKey: ['conversations', 'queue'],
  queryFn: async ({ signal }: { signal: AbortSignal }) => (await take(api.GET('/v1/queue', { signal }))).items,
  refetchInterval: 30_000, // should ever news get lost
}

export const useQueueNumber = (): number | undefined => useQuery(queueQuery).data?.length

/** How many of the newest threads of a shop have something new. */
export const useUnreadThreads = (): number | undefined =>
  useQuery({
    queryKey: ['conversations', 'unread'],
    queryFn: async ({ signal }) =>
      (await take(api.GET('/v1/conversations', { params: { query: { limit: 50 } }, signal }))).items.filter(
        (one) => one.unread > 0,
      ).length,
    refetchInterval: 60_000,
  }).data
