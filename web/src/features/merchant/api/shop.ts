import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, type Schemas, sending, type StepUpAbout, take } from '@/shared/api'

export type Address = Schemas['Address']
export type Place = Schemas['Place']
export type StockRow = Schemas['Stock']
export type OwnRules = Schemas['Rules']
export type OwnRule = Schemas['Rule']
export type Figures = Schemas['Figures']

const own = 'shops'

/** Where the shop takes goods back, the default first. */
export const useAddresses = () =>
  useQuery({
    queryKey: [own, 'addresses'],
    staleTime: 60_000,
    queryFn: async ({ signal }) => (await take(api.GET('/v1/merchant-addresses', { signal }))).items,
  })

const keyed = (key: string) => ({ params: { header: { 'Idempotency-Key': key } } })
const keyedBy = (id: string, key: string) => ({ params: { path: { id }, header: { 'Idempotency-Key': key } } })

/** Adds an address, or puts another in the place of one. */
export const saveAddress = (id: string | undefined, body: Schemas['AddressChange'], key: string) =>
  id === undefined
    ? take(api.POST('/v1/merchant-addresses', { ...keyed(key), body }))
    : take(api.POST('/v1/merchant-addresses/{id}/change', { ...keyedBy(id, key), body }))

export const removeAddress = (id: string, key: string) =>
  api.POST('/v1/merchant-addresses/{id}/remove', { ...keyedBy(id, key), body: {} })

/** What the shop sells, a page at a time; `below` leaves out what there is enough of. */
export const useStock = (below: number) =>
  useInfiniteQuery({
    queryKey: [own, 'stock', below],
    initialPageParam: '',
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/v1/merchant-stock', {
          params: {
            query: { limit: 100, ...(below > 0 ? { below } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next,
  })

export const setStock = (id: string, body: Schemas['StockChange'], key: string) =>
  take(api.POST('/v1/merchant-stock/{id}', { ...keyedBy(id, key), body }))

/** What the shop agrees to without being asked, and what the platform lets it. */
export const useRules = () =>
  useQuery({
    queryKey: [own, 'rules'],
    staleTime: 60_000,
    queryFn: ({ signal }) => take(api.GET('/v1/merchant-rules', { signal })),
  })

/** All rules in their order, for the revision that was shown: who came first decides, and the other one is told. */
export const setRules = (rules: readonly OwnRule[], revision: number, key: string, about: StepUpAbout) =>
  take(
    api.POST('/v1/merchant-rules', {
      ...keyed(key),
      body: { rules: [...rules], expected_revision: revision },
      fetch: sending({ about }),
    }),
  )

type Kind = NonNullable<NonNullable<Parameters<typeof reasonsOf>[0]>>

const reasonsOf = async (
  kind: 'return' | 'refund_only' | 'exchange' | 'repair' | 'price_protection' | 'complaint',
  signal: AbortSignal,
) => (await take(api.GET('/v1/reasons', { params: { query: { kind } }, signal }))).items

/** The reasons that customers can give for some kinds of case, each once. */
export const useReasons = (kinds: readonly string[]) =>
  useQuery({
    queryKey: [own, 'reasons', ...kinds],
    enabled: kinds.length > 0,
    staleTime: 600_000,
    queryFn: async ({ signal }) => {
      const all = await Promise.all(kinds.map((kind) => reasonsOf(kind as Kind, signal)))
      return [...new Map(all.flat().map((reason) => [reason.code, reason])).values()]
    },
  })

/** How the shop stands: what is open, and the last 30 days. */
export const useFigures = () =>
  useQuery({
    queryKey: [own, 'figures'],
    refetchInterval: 60_000,
    queryFn: ({ signal }) => take(api.GET('/v1/merchant-figures', { signal })),
  })

export const useCarriers = () =>
  useQuery({
    queryKey: ['carriers'],
    staleTime: Infinity,
    queryFn: async ({ signal }) => (await take(api.GET('/v1/carriers', { signal }))).items,
  })

/** Asks anew for everything that the shop keeps in order. */
export function useShopRefresh(): () => Promise<unknown> {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: [own] })
}

export type Colleague = Schemas['Colleague']
export type MadeLink = Schemas['MadeLink']

/** The shop's people; its owner is told. */
export const useColleagues = (wanted: boolean) =>
  useInfiniteQuery({
    queryKey: [own, 'staff'],
    enabled: wanted,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/v1/staff', {
          params: { query: { limit: 100, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next,
  })

const about = (title: string, name: string) => ({ fetch: sending({ about: { title, facts: [['', name]] as const } }) })

export const invite = (body: { name: string; owner: boolean }, key: string, title: string) =>
  take(api.POST('/v1/staff', { ...keyed(key), body: { role: 'merchant', ...body }, ...about(title, body.name) }))

/** What an owner can do about somebody without filling in anything. */
export type AboutStaff = 'invite-again' | 'recover' | 'deactivate' | 'reactivate' | 'sign-out'

/** Does it; a link that it made is the answer. */
export async function doAbout(what: AboutStaff, one: Colleague, key: string, title: string): Promise<MadeLink | null> {
  const how = { ...keyedBy(one.id, key), ...about(title, one.name ?? one.login ?? one.id) }
  if (what === 'invite-again') return take(api.POST('/v1/staff/{id}/invite-again', how))
  if (what === 'recover') return take(api.POST('/v1/staff/{id}/recover', how))
  if (what === 'deactivate') await api.POST('/v1/staff/{id}/deactivate', how)
  else if (what === 'reactivate') await api.POST('/v1/staff/{id}/reactivate', how)
  else await api.POST('/v1/staff/{id}/sign-out', how)
  return null
}

export const setOwner = (one: Colleague, owner: boolean, key: string, title: string) =>
  take(
    api.POST('/v1/staff/{id}/change', {
      ...keyedBy(one.id, key),
      ...about(title, one.name ?? one.login ?? one.id),
      body: { owner },
    }),
  )
