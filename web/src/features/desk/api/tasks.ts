import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, take } from '@/shared/api'

/** What one has to do, the most urgent first. */
export const useTasks = (kind: string | undefined) =>
  useInfiniteQuery({
    queryKey: ['tasks', { kind }],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/v1/tasks', {
          params: { query: { limit: 100, ...(kind ? { kind } : {}), ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next,
    refetchInterval: 30_000,
  })

export const useTaskCounts = () =>
  useQuery({
    queryKey: ['tasks', 'counts'],
    queryFn: ({ signal }) => take(api.GET('/v1/task-counts', { signal })),
    refetchInterval: 30_000,
  })

/** How many wait, for the number beside the entry. */
export const useTaskNumber = (): number | undefined => useTaskCounts().data?.tasks
