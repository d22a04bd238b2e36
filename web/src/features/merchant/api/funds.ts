import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, type Schemas, take } from '@/shared/api'

export type FundMove = Schemas['FundMove']

/** What the shop has at the marketplace; asked of the marketplace each time, so not too often. */
export const useFunds = () =>
  useQuery({
    queryKey: ['shops', 'funds'],
    staleTime: 30_000,
    queryFn: ({ signal }) => take(api.GET('/v1/merchant-funds', { signal })),
  })

/** What moved the shop's money besides refunds, the latest first. */
export const useFundMoves = () =>
  useInfiniteQuery({
    queryKey: ['shops', 'fund-moves'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/v1/merchant-fund-moves', {
          params: { query: { limit: 100, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next,
  })
