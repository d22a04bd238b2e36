import { queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, type Schemas, take } from '@/shared/api'

export type Case = Schemas['Case']
export type CaseHead = Schemas['CaseHead']

/** A case as it stands. News of it make the query stale (src/realtime); without them it is asked for again now and then. */
export const caseQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id],
    queryFn: ({ signal }) => take(api.GET('/v1/cases/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.open ? (over(state.data) ? 2_000 : 30_000) : false),
  })

const over = (one: Case) => one.due_at !== undefined && Date.parse(one.due_at) < Date.now()

/** Everything that happened, the oldest first. */
export const useTimeline = (id: string) =>
  useQuery({
    queryKey: ['case', id, 'timeline'],
    enabled: id !== '',
    queryFn: async ({ signal }) => {
      const all: Schemas['Entry'][] = []
      for (let after: number | undefined = 0; after !== undefined;) {
        const page: Schemas['Timeline'] = await take(
          api.GET('/v1/cases/{id}/timeline', { params: { path: { id }, query: { after_seq: after } }, signal }),
        )
        all.push(...page.items)
        after = page.next_after_seq
      }
      return all
    },
  })

export const useEvidence = (id: string) =>
  useQuery({
    queryKey: ['case', id, 'evidence'],
    enabled: id !== '',
    queryFn: async ({ signal }) =>
      (await take(api.GET('/v1/cases/{id}/evidence', { params: { path: { id } }, signal }))).items,
  })

/** The case that a complaint came out of; '' where there is none: what was said and shown there counts in the complaint, too. */
export const earlierOf = (one: Case) => (one.kind === 'complaint' ? (one.parent_id ?? '') : '')

/** How the rules decided, each time they were asked; for the platform's people. */
export const useEvaluations = (id: string, wanted: boolean) =>
  useQuery({
    queryKey: ['case', id, 'evaluations'],
    enabled: wanted,
    queryFn: async ({ signal }) =>
      (await take(api.GET('/v1/cases/{id}/evaluations', { params: { path: { id } }, signal }))).items,
  })

export const useOrder = (id: string) =>
  useQuery({
    queryKey: ['order', id],
    staleTime: 60_000,
    enabled: id !== '',
    queryFn: ({ signal }) => take(api.GET('/v1/orders/{id}', { params: { path: { id } }, signal })),
  })

/** What units of an order's line can be exchanged for: to name what is to be sent. */
export const useVariants = (orderID: string, lineID: string, quantity: number) =>
  useQuery({
    queryKey: ['order', orderID, 'variants', lineID, quantity],
    staleTime: 60_000,
    queryFn: async ({ signal }) =>
      (
        await take(
          api.GET('/v1/orders/{id}/variants', {
            params: { path: { id: orderID }, query: { line_id: lineID, quantity } },
            signal,
          }),
        )
      ).items,
  })

/** What lists of cases are asked by: kept in the address. */
export interface Filters {
  open?: 'true' | 'false'
  stage?: string
  kind?: string
  reason?: string
  number?: string
  order_id?: string
  waiting_for?: 'customer' | 'merchant' | 'platform' | 'carrier'
  agent?: string
  due_before?: string
  sort?: 'newest' | 'due'
}

/** Cases that the reader may see, a page at a time. */
export const useCases = (filters: Filters) =>
  useInfiniteQuery({
    queryKey: ['cases', filters],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/v1/cases', {
          params: { query: { ...filters, limit: 100, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : 30_000),
  })
