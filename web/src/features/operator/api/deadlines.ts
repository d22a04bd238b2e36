import { useQuery } from '@tanstack/react-query'
import { api, type Schemas, take } from '@/shared/api'

export type MovePreview = Schemas['MovePreview']
export type Moved = Schemas['Moved']

interface Where {
  step?: string
  merchant_id?: string
}

/** Whom a move would reach now; nothing is moved. */
export const usePreview = (where: Where) =>
  useQuery({
    queryKey: ['operation', 'move-preview', where],
    queryFn: ({ signal }) => take(api.POST('/v1/deadline-moves/preview', { body: where, signal })),
    staleTime: 0,
  })

export const moveDeadlines = (body: Schemas['Move'], key: string): Promise<Moved> =>
  take(api.POST('/v1/deadline-moves', { params: { header: { 'Idempotency-Key': key } }, body }))

/** How far a move is; asked for until it is done. */
export const useMoved = (id: string | undefined) =>
  useQuery({
    queryKey: ['operation', 'move', id],
    queryFn: ({ signal }) => take(api.GET('/v1/deadline-moves/{id}', { params: { path: { id: id ?? '' } }, signal })),
    enabled: id !== undefined,
    refetchInterval: (query) => (query.state.data?.done_at ? false : 1_000),
  })

/** The waits that there are, by what the active policy pack calls them. */
export const useSteps = () =>
  useQuery({
    queryKey: ['packs', 'steps'],
    staleTime: 600_000,
    queryFn: async ({ signal }): Promise<readonly (readonly [step: string, title: string])[]> => {
      const { active } = await take(api.GET('/v1/packs', { params: { query: { limit: 1 } }, signal }))
      const pack = await take(api.GET('/v1/packs/{id}', { params: { path: { id: active.hash } }, signal }))
      const rows = pack.tables.find((table) => table.name === 'deadlines')?.rows ?? []
      return [...new Map(rows.map((row) => [row.key.split(' ', 1)[0] ?? row.key, row.title]))]
    },
  })

/** Shops, for filters; as many as a list of choices can hold. */
export const useShops = () =>
  useQuery({
    queryKey: ['shops', 'choices'],
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const shops: Schemas['Shop'][] = []
      let cursor: string | undefined
      do {
        const page = await take(
          api.GET('/v1/merchants', { params: { query: { limit: 100, ...(cursor ? { cursor } : {}) } }, signal }),
        )
        shops.push(...page.items)
        cursor = page.next
      } while (cursor && shops.length < 1000)
      return shops
    },
  })
