import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, type Schemas, sending, type StepUpAbout, take } from '@/shared/api'

export type Webhook = Schemas['Webhook']
export type Made = Schemas['MadeWebhook']
export type Told = Schemas['Told']
export type Tried = Schemas['Tried']

/** Where programs are told, and of what there is to be told; for owners. */
export const useWebhooks = (owner: boolean) =>
  useQuery({
    enabled: owner,
    queryKey: ['webhooks', 'list'],
    refetchInterval: 30_000,
    queryFn: ({ signal }) => take(api.GET('/v1/webhooks', { signal })),
  })

export type ToldState = Told['state']

/** What one was told, the newest first. */
export const useDeliveries = (id: string, state: ToldState | undefined) =>
  useInfiniteQuery({
    queryKey: ['webhooks', 'told', id, state ?? ''],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/v1/webhooks/{id}/deliveries', {
          params: {
            path: { id },
            query: { limit: 30, ...(state ? { state } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next,
    refetchInterval: ({ state: now }) => ((now.data?.pages.length ?? 0) > 1 ? false : 15_000),
  })

export function useRefresh(): () => void {
  const queries = useQueryClient()
  return () => void queries.invalidateQueries({ queryKey: ['webhooks'] })
}

const header = (key: string) => ({ 'Idempotency-Key': key })
const one = (id: string, key: string) => ({ path: { id }, header: header(key) })

export const createWebhook = (body: Schemas['NewWebhook'], key: string, about: StepUpAbout): Promise<Made> =>
  take(api.POST('/v1/webhooks', { params: { header: header(key) }, body, fetch: sending({ about }) }))

export const changeWebhook = (
  id: string,
  body: Schemas['ChangeWebhook'],
  key: string,
  about: StepUpAbout,
): Promise<Webhook> =>
  take(api.POST('/v1/webhooks/{id}/change', { params: one(id, key), body, fetch: sending({ about }) }))

export const rotateWebhook = (id: string, revision: number, key: string, about: StepUpAbout): Promise<Made> =>
  take(api.POST('/v1/webhooks/{id}/rotate', { params: one(id, key), body: { revision }, fetch: sending({ about }) }))

export const removeWebhook = (id: string) => take(api.DELETE('/v1/webhooks/{id}', { params: { path: { id } } }))

export const tryWebhook = (id: string, key: string): Promise<Tried> =>
  take(api.POST('/v1/webhooks/{id}/try', { params: one(id, key), body: {} }))

export const tellAgain = (id: string, body: Schemas['Redeliver'], key: string) =>
  take(api.POST('/v1/webhooks/{id}/redeliver', { params: one(id, key), body }))
