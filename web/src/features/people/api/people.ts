import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, type Schemas, sending, type StepUpAbout, take } from '@/shared/api'

export type Colleague = Schemas['Colleague']
export type MadeLink = Schemas['MadeLink']
export type Team = Schemas['Team']
export type Shop = Schemas['Shop']

export interface Filters {
  role?: Colleague['role']
  status?: Colleague['status']
  team_id?: string
  merchant_id?: string
  /** How the name of the account begins. */
  login?: string
}

/** Those who work and whom the reader may see, the newest first. */
export const useColleagues = (filters: Filters) =>
  useInfiniteQuery({
    queryKey: ['people', 'list', filters],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/v1/staff', {
          params: { query: { limit: 100, ...filters, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next,
  })

export const useColleague = (id: string) =>
  useQuery({
    queryKey: ['people', 'one', id],
    queryFn: ({ signal }) => take(api.GET('/v1/staff/{id}', { params: { path: { id } }, signal })),
  })

export const useTeams = () =>
  useQuery({
    queryKey: ['people', 'teams'],
    queryFn: async ({ signal }) => (await take(api.GET('/v1/teams', { signal }))).items,
  })

/** Shops with the teams that look after them. */
export const useShopPages = () =>
  useInfiniteQuery({
    queryKey: ['people', 'shops'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/v1/merchants', {
          params: { query: { limit: 100, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next,
  })

/** What was changed about people is asked for again. */
export function useRefreshPeople() {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: ['people'] })
}

const header = (key: string) => ({ 'Idempotency-Key': key })
const one = (id: string, key: string) => ({ path: { id }, header: header(key) })

export const invite = (body: Schemas['Invitee'], key: string, about: StepUpAbout): Promise<MadeLink> =>
  take(api.POST('/v1/staff', { params: { header: header(key) }, body, fetch: sending({ about }) }))

export const inviteAgain = (id: string, key: string, about: StepUpAbout): Promise<MadeLink> =>
  take(api.POST('/v1/staff/{id}/invite-again', { params: one(id, key), fetch: sending({ about }) }))

export const recover = (id: string, key: string, about: StepUpAbout): Promise<MadeLink> =>
  take(api.POST('/v1/staff/{id}/recover', { params: one(id, key), fetch: sending({ about }) }))

export const recoverCustomer = (id: string, key: string, about: StepUpAbout): Promise<MadeLink> =>
  take(api.POST('/v1/customers/{id}/recover', { params: one(id, key), fetch: sending({ about }) }))

export const resetFactors = (id: string, key: string, about: StepUpAbout): Promise<Colleague> =>
  take(api.POST('/v1/staff/{id}/reset-factors', { params: one(id, key), fetch: sending({ about }) }))

export const resetCustomersFactors = (id: string, key: string, about: StepUpAbout): Promise<unknown> =>
  take(api.POST('/v1/customers/{id}/reset-factors', { params: one(id, key), fetch: sending({ about }) }))

export const changeRights = (
  id: string,
  body: Schemas['Rights'],
  key: string,
  about: StepUpAbout,
): Promise<Colleague> =>
  take(api.POST('/v1/staff/{id}/change', { params: one(id, key), body, fetch: sending({ about }) }))

export const deactivate = (id: string, key: string, about: StepUpAbout): Promise<Colleague> =>
  take(api.POST('/v1/staff/{id}/deactivate', { params: one(id, key), fetch: sending({ about }) }))

export const reactivate = (id: string, key: string, about: StepUpAbout): Promise<Colleague> =>
  take(api.POST('/v1/staff/{id}/reactivate', { params: one(id, key), fetch: sending({ about }) }))

export const signOut = async (id: string, key: string): Promise<number> =>
  (await take(api.POST('/v1/staff/{id}/sign-out', { params: one(id, key) }))).ended

export const createTeam = (name: string, key: string): Promise<Team> =>
  take(api.POST('/v1/teams', { params: { header: header(key) }, body: { name } }))

export const renameTeam = (id: string, name: string, key: string): Promise<Team> =>
  take(api.POST('/v1/teams/{id}/rename', { params: one(id, key), body: { name } }))

export const giveShop = (id: string, team: string, key: string, about: StepUpAbout): Promise<Shop> =>
  take(
    api.POST('/v1/merchants/{id}/team', {
      params: one(id, key),
      body: team ? { team_id: team } : {},
      fetch: sending({ about }),
    }),
  )
