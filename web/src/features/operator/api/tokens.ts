import { useQuery } from '@tanstack/react-query'
import { api, type Schemas, sending, type StepUpAbout, take } from '@/shared/api'

export type Token = Schemas['Key']
export type MadeToken = Schemas['MadeKey']

export const useTokens = () =>
  useQuery({
    queryKey: ['api-keys', 'list'],
    queryFn: async ({ signal }) => (await take(api.GET('/v1/api-keys', { signal }))).items,
  })

/** What a key of the reader could be for. */
export const useScopes = (when: boolean) =>
  useQuery({
    queryKey: ['api-keys', 'scopes'],
    enabled: when,
    staleTime: 600_000,
    queryFn: async ({ signal }) => (await take(api.GET('/v1/api-key-scopes', { signal }))).items,
  })

export const createToken = (body: Schemas['NewKey'], key: string, about: StepUpAbout): Promise<MadeToken> =>
  take(api.POST('/v1/api-keys', { params: { header: { 'Idempotency-Key': key } }, body, fetch: sending({ about }) }))

export const rotateToken = (id: string, key: string, about: StepUpAbout): Promise<MadeToken> =>
  take(
    api.POST('/v1/api-keys/{id}/rotate', {
      params: { path: { id }, header: { 'Idempotency-Key': key } },
      fetch: sending({ about }),
    }),
  )

export const revokeToken = (id: string) => api.DELETE('/v1/api-keys/{id}', { params: { path: { id } } })
