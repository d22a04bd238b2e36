import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, type Schemas, sending, type StepUpAbout, take } from '@/shared/api'

export type Pack = Schemas['Pack']
export type PackRef = Schemas['PackRef']
export type PackTable = Schemas['PackTable']
export type PackCheck = Schemas['PackCheck']
export type PackProblem = Schemas['PackProblem']
export type Difference = Schemas['PackDifference']
export type Trial = Schemas['PackTrialResult']
export type Kind = NonNullable<Schemas['PackTrial']['kind']>

/** The stored packs, the newest first; each page tells the active one too. */
export const usePacks = () =>
  useInfiniteQuery({
    queryKey: ['packs', 'list'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      take(api.GET('/v1/packs', { params: { query: pageParam ? { cursor: pageParam } : {} }, signal })),
    getNextPageParam: (page) => page.next,
  })

export const usePack = (hash: string) =>
  useQuery({
    queryKey: ['packs', 'one', hash],
    queryFn: ({ signal }) => take(api.GET('/v1/packs/{id}', { params: { path: { id: hash } }, signal })),
  })

export const checkPack = (content: string): Promise<PackCheck> =>
  take(api.POST('/v1/packs/check', { body: { content } }))

/** How `to` decides otherwise than `from`. */
export const useDiff = (from: string | undefined, to: PackRef | null) =>
  useQuery({
    queryKey: ['packs', 'diff', from, to],
    enabled: from !== undefined && to !== null,
    staleTime: 60_000,
    queryFn: async ({ signal }) =>
      (await take(api.POST('/v1/packs/diff', { body: { from: { hash: from ?? '' }, to: to ?? {} }, signal }))).items,
  })

export const tryPack = (pack: PackRef, kind: Kind | undefined, last: number): Promise<Trial> =>
  take(api.POST('/v1/packs/what-if', { body: { pack, last, ...(kind ? { kind } : {}) } }))

export const activate = (body: Schemas['PackChoice'], key: string, about: StepUpAbout): Promise<Pack> =>
  take(
    api.POST('/v1/packs/activate', {
      params: { header: { 'Idempotency-Key': key } },
      body,
      fetch: sending({ about }),
    }),
  )

export function useRefreshPacks() {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: ['packs'] })
}
