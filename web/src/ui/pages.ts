import type { UseInfiniteQueryResult, InfiniteData } from '@tanstack/react-query'
import type { Rows } from './DataTable'

/** The pages of an infinite query as the rows of a table. */
export function rowsOf<Row>(query: UseInfiniteQueryResult<InfiniteData<{ items: readonly Row[] }>>): Rows<Row> {
  return {
    rows: query.data?.pages.flatMap((page) => page.items) ?? [],
    isPending: query.isPending,
    error: query.error,
    refetch: query.refetch,
    hasNextPage: query.hasNextPage,
    isFetchingNextPage: query.isFetchingNextPage,
    isFetchNextPageError: query.isFetchNextPageError,
    fetchNextPage: query.fetchNextPage,
  }
}
