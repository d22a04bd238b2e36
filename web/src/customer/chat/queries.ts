import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, type Schemas, take } from '@/shared/api'

export type Head = Schemas['ConversationHead']

/** One's newest conversation, for the count at the tab. */
export const useNewestChat = () =>
  useQuery({
    queryKey: ['conversations', 'newest'],
    queryFn: async ({ signal }) =>
      (await take(api.GET('/v1/conversations', { signal, params: { query: { limit: 1 } } }))).items[0] ?? null,
    refetchInterval: 60_000, // should ever news get lost
  })

/** One's conversations, the last written in first. */
export const useChats = () =>
  useInfiniteQuery({
    queryKey: ['conversations', 'all'],
    queryFn: ({ signal, pageParam }) =>
      take(
        api.GET('/v1/conversations', {
          signal,
          params: { query: { limit: 20, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })
