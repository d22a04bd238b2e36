import { useInfiniteQuery } from '@tanstack/react-query'
import { api, take } from '@/shared/api'

/** Proposals that wait for an approval, what falls due first at the top. */
export const useApprovals = () =>
  useInfiniteQuery({
    queryKey: ['approvals'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/v1/approvals', {
          params: { query: { limit: 100, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next,
    refetchInterval: 30_000,
  })

/** How many wait, for the number beside the entry. */
export const useApprovalNumber = (): number | undefined =>
  useApprovals().data?.pages.reduce((sum, page) => sum + page.items.length, 0)
