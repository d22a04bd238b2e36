import { useQuery } from '@tanstack/react-query'
import { api, type Schemas, sending, take } from '@/shared/api'
import { language } from '@/shared/language'
import { makePasskey } from '@/shared/passkey'

/* What belongs to the account: sessions, password, second factors. */

export type Session = Schemas['Session']
export type Factor = Schemas['Factor']

export const useSessions = () =>
  useQuery({
    queryKey: ['me', 'sessions'],
    queryFn: async ({ signal }) => (await take(api.GET('/v1/me/sessions', { signal }))).items,
    refetchOnWindowFocus: 'always',
  })

export const endSession = (id: string) => take(api.DELETE('/v1/me/sessions/{id}', { params: { path: { id } } }))

export const endOtherSessions = async (): Promise<number> =>
  (await take(api.DELETE('/v1/me/sessions', { params: { query: { this: 'false' } } }))).ended

export const changePassword = (present: string, next: string) =>
  take(api.PUT('/v1/me/password', { body: { present, next } }))

export const useFactors = () =>
  useQuery({ queryKey: ['me', 'factors'], queryFn: ({ signal }) => take(api.GET('/v1/factors', { signal })) })

export const beginApp = (label: string, about: string) =>
  take(api.POST('/v1/factors/totp', { body: { label }, fetch: sending({ about: { title: about } }) }))

export const finishApp = (ticket: string, code: string) => take(api.POST('/v1/factors', { body: { ticket, code } }))

/** Makes a passkey on this device: the server begins, the browser asks its owner, the server keeps it. */
export async function addPasskey(label: string, about: string): Promise<Schemas['AddedFactor']> {
  const { ticket, options } = await take(
    api.POST('/v1/factors/passkeys', { body: { label }, fetch: sending({ about: { title: about } }) }),
  )
  const passkey = await makePasskey(options)
  return take(api.POST('/v1/factors', { body: { ticket, passkey } }))
}

export const removeFactor = (id: string, about: string) =>
  take(api.DELETE('/v1/factors/{id}', { params: { path: { id } }, fetch: sending({ about: { title: about } }) }))

export const renewCodes = async (about: string): Promise<readonly string[]> =>
  (await take(api.POST('/v1/factors/recovery-codes', { fetch: sending({ about: { title: about } }) })))
    .recovery_codes ?? []

/* What is known about oneself, and what one may ask about it. */

export const useKnown = () =>
  useQuery({ queryKey: ['privacy', language()], queryFn: ({ signal }) => take(api.GET('/v1/privacy', { signal })) })

export type Stand = Schemas['Stand']

export const consentsKey = () => ['privacy', 'consents', language()] as const

export const useConsents = () =>
  useQuery({
    queryKey: consentsKey(),
    queryFn: async ({ signal }) =>
      (await take(api.GET('/v1/privacy/consents', { signal, params: { query: { lang: language() } } }))).items,
  })

export type Copy = Schemas['Export']

/** Copies of one's data. While one is being made it is looked for every few seconds. */
export const useCopies = () =>
  useQuery({
    queryKey: ['privacy', 'copies'],
    queryFn: async ({ signal }) => (await take(api.GET('/v1/privacy/exports', { signal }))).items,
    refetchInterval: ({ state }) => (state.data?.some((copy) => copy.state === 'asked') ? 3000 : false),
  })

export type Erasure = Schemas['Erasure']

export const erasureKey = ['privacy', 'erasure'] as const
