import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, type Schemas, take } from '@/shared/api'

export type Tag = Schemas['Tag']
export type Canned = Schemas['Canned']
export type Target = Schemas['Target']
export type Scope = Schemas['TargetScope']
export type Hours = Schemas['Hours']

const at = (id: string) => ({ params: { path: { id } } })
const page = (pageParam: string) => (pageParam ? { cursor: pageParam } : {})

/** Tags of one's team and everybody's; an operator names the team. */
export const useTagPages = (team: string | undefined) =>
  useInfiniteQuery({
    queryKey: ['tags', 'pages', team ?? ''],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/v1/tags', {
          params: { query: { limit: 100, ...(team ? { team_id: team } : {}), ...page(pageParam) } },
          signal,
        }),
      ),
    getNextPageParam: (last) => last.next,
  })

export const createTag = (body: Schemas['NewTag']) => take(api.POST('/v1/tags', { body }))
export const changeTag = (id: string, body: Schemas['ChangeTag']) =>
  take(api.POST('/v1/tags/{id}', { ...at(id), body }))
export const retireTag = (id: string) => take(api.POST('/v1/tags/{id}/retire', { ...at(id), body: {} }))

/** Canned replies that one may use. */
export const useCannedPages = () =>
  useInfiniteQuery({
    queryKey: ['canned', 'pages'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      take(api.GET('/v1/canned-replies', { params: { query: { limit: 100, ...page(pageParam) } }, signal })),
    getNextPageParam: (last) => last.next,
  })

export const keepCanned = (body: Schemas['NewCanned']) => take(api.POST('/v1/canned-replies', { body }))
export const changeCanned = (id: string, body: Schemas['CannedText']) =>
  take(api.POST('/v1/canned-replies/{id}', { ...at(id), body }))
export const removeCanned = (id: string) => take(api.POST('/v1/canned-replies/{id}/remove', { ...at(id), body: {} }))

/** How soon somebody is answered: one's team's, or another's for an operator; `all`: what holds for every team. */
export const useTargets = (team: string | undefined, all: boolean) =>
  useQuery({
    queryKey: ['service-targets', team ?? '', all],
    queryFn: async ({ signal }) => {
      const targets: Target[] = []
      for (let cursor = ''; ;) {
        const answer = await take(
          api.GET('/v1/service-targets', {
            params: {
              query: { limit: 100, ...(team ? { team_id: team } : {}), ...(all ? { all } : {}), ...page(cursor) },
            },
            signal,
          }),
        )
        targets.push(...answer.items)
        if (!answer.next) return { targets, standard: answer.standard }
        cursor = answer.next
      }
    },
  })

export const setTarget = (body: Target) => take(api.POST('/v1/service-targets', { body }))
export const dropTarget = (body: Scope) => take(api.POST('/v1/service-targets/remove', { body }))

export const useTeams = () =>
  useQuery({
    queryKey: ['people', 'teams'],
    staleTime: 300_000,
    queryFn: async ({ signal }) => (await take(api.GET('/v1/teams', { signal }))).items,
  })

/** Shops, the first hundred: to be chosen from by name. */
export const useShops = () =>
  useQuery({
    queryKey: ['shops', 'names'],
    staleTime: 300_000,
    queryFn: async ({ signal }) =>
      (await take(api.GET('/v1/merchants', { params: { query: { limit: 100 } }, signal }))).items,
  })

export const useHours = (team: string | undefined) =>
  useQuery({
    queryKey: ['hours', team ?? ''],
    enabled: team !== undefined,
    queryFn: ({ signal }) => take(api.GET('/v1/teams/{id}/hours', { ...at(team ?? ''), signal })),
  })

export const setHours = (team: string, body: Hours) => take(api.POST('/v1/teams/{id}/hours', { ...at(team), body }))

/** What begins so is asked for again. */
export function useRefresh(...keys: readonly string[]): () => void {
  const queries = useQueryClient()
  return () => keys.forEach((key) => void queries.invalidateQueries({ queryKey: [key] }))
}
