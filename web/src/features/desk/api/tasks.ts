import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, take } from '@/shared/api'
import { serverNow } from '@/shared/time'

const hour = 3_600_000

/** What one has to do, the most urgent first; of one kind, or only what is due within the hour. */
export const useTasks = (kind: string | undefined, within?: 'hour') =>
  useInfiniteQuery({
    queryKey: ['tasks', { kind, within }],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/v1/tasks', {
          params: {
            query: {
              limit: 100,
              ...(kind ? { kind } : {}),
              ...(within ? { due_before: new Date(serverNow() + hour).toISOString() } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
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
