import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, type Schemas, take } from '@/shared/api'
import { turnOf } from './turn'

export type CaseHead = Schemas['CaseHead']

/** One's open cases, for the count at the tab and for the orders that they are about. */
export const useOpenCases = () =>
  useQuery({
    queryKey: ['cases', { open: true }],
    queryFn: async ({ signal }) =>
      (await take(api.GET('/v1/cases', { signal, params: { query: { open: 'true', limit: 100 } } }))).items,
    refetchInterval: 60_000, // should ever news get lost
  })

/** One's closed cases, a page at a time, the newest first. */
export const useClosedCases = () =>
  useInfiniteQuery({
    queryKey: ['cases', { open: false }],
    queryFn: ({ signal, pageParam }) =>
      take(
        api.GET('/v1/cases', {
          signal,
          params: { query: { open: 'false', limit: 20, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })

/** Open cases in the order in which they want to be seen: one's own turn first, then what falls due first, then the newest. */
export function byUrgency(cases: readonly CaseHead[]): CaseHead[] {
  const turn = (one: CaseHead) => (turnOf(one) === 'mine' ? 0 : 1)
  const due = (one: CaseHead) => (one.due_at ? Date.parse(one.due_at) : Infinity)
  return [...cases].sort((a, b) => turn(a) - turn(b) || due(a) - due(b) || b.opened_at.localeCompare(a.opened_at))
}
