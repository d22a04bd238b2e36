import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, type Schemas, sending, type StepUpAbout, take } from '@/shared/api'

export type Erasure = Schemas['Erasure']
export type Hold = Schemas['Hold']

export const useErasures = (state: Erasure['state'] | undefined) =>
  useInfiniteQuery({
    queryKey: ['privacy', 'erasures', state],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/v1/erasures', {
          params: { query: { ...(state ? { state } : {}), ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next,
    refetchInterval: 30_000,
  })

export const useErasure = (id: string) =>
  useQuery({
    queryKey: ['privacy', 'erasure', id],
    queryFn: ({ signal }) => take(api.GET('/v1/erasures/{id}', { params: { path: { id } }, signal })),
  })

/** Holds that stand, the latest first; a customer's, or everybody's. */
export const useHolds = (customer: string | undefined) =>
  useInfiniteQuery({
    queryKey: ['privacy', 'holds', customer],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/v1/legal-holds', {
          params: {
            query: { ...(customer ? { customer_id: customer } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next,
  })

export const placeHold = (body: Schemas['HoldRequest'], key: string, about: StepUpAbout): Promise<Hold> =>
  take(api.POST('/v1/legal-holds', { params: { header: { 'Idempotency-Key': key } }, body, fetch: sending({ about }) }))

export const liftHold = (id: string, key: string, about: StepUpAbout): Promise<Hold> =>
  take(
    api.POST('/v1/legal-holds/{id}/lift', {
      params: { path: { id }, header: { 'Idempotency-Key': key } },
      body: {},
      fetch: sending({ about }),
    }),
  )
