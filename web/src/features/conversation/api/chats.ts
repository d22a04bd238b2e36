import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, type Paths, type Schemas, take } from '@/shared/api'

export type Head = Schemas['ConversationHead']
export type Queued = Schemas['Queued']
export type Desk = Schemas['Desk']

export type Filters = Omit<NonNullable<Paths['/v1/conversations']['get']['parameters']['query']>, 'cursor' | 'limit'>

/** Conversations that the reader may see, the last written in first. */
export const useChats = (filters: Filters, enabled = true) =>
  useInfiniteQuery({
    queryKey: ['conversations', 'list', filters],
    initialPageParam: '',
    enabled,
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/v1/conversations', {
          params: { query: { ...filters, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : 60_000),
  })

const deskKey = ['desk'] as const

/** Whether and what one takes. */
export const useDesk = (enabled: boolean) =>
  useQuery({
    queryKey: deskKey,
    enabled,
    staleTime: Infinity,
    queryFn: ({ signal }) => take(api.GET('/v1/desk', { signal })),
  })

/** Says whether and what one takes, and remembers the answer. */
export function useSit(): (desk: Pick<Desk, 'state' | 'capacity'> & Partial<Desk>) => Promise<Desk> {
  const queries = useQueryClient()
  return async ({ state, capacity, langs = [], skills = [] }) => {
    const body = {
      state,
      capacity,
      ...(langs.length > 0 ? { langs: langs as ('zh-CN' | 'en')[] } : {}),
      ...(skills.length > 0 ? { skills } : {}),
    }
    const desk = await take(api.PUT('/v1/desk', { body }))
    queries.setQueryData(deskKey, desk)
    return desk
  }
}

/** Who is there, and what they have. */
export const useDesks = (enabled = true) =>
  useQuery({
    queryKey: ['conversations', 'desks'],
    enabled,
    queryFn: async ({ signal }) => (await take(api.GET('/v1/desks', { signal }))).items,
    refetchInterval: 15_000,
  })

/** Conversations that one was offered. */
export const useOffers = (enabled: boolean) =>
  useQuery({
    queryKey: ['transfers'],
    enabled,
    queryFn: async ({ signal }) => (await take(api.GET('/v1/transfers', { signal }))).items,
    refetchInterval: 60_000,
  })

const at = (id: string) => ({ params: { path: { id } } })

export const claim = (id: string) => take(api.POST('/v1/conversations/{id}/claim', { ...at(id), body: {} }))
export const close = (id: string) => take(api.POST('/v1/conversations/{id}/close', { ...at(id), body: {} }))
export const notes = (id: string) => take(api.POST('/v1/conversations/{id}/notes', { ...at(id), body: {} }))
export const assign = (id: string, agent: string) =>
  take(api.POST('/v1/conversations/{id}/assign', { ...at(id), body: { agent_id: agent } }))
export const transfer = (id: string, agent: string, note: string) =>
  take(api.POST('/v1/conversations/{id}/transfer', { ...at(id), body: { agent_id: agent, note } }))
export const answerTransfer = (id: string, answer: Schemas['TransferAnswer']['answer']) =>
  take(api.POST('/v1/conversations/{id}/transfer-answer', { ...at(id), body: { answer } }))
export const tie = (id: string, caseID: string) =>
  take(api.POST('/v1/conversations/{id}/cases', { ...at(id), body: { case_id: caseID } }))
export const threadOf = (caseID: string, audience: Schemas['Thread']['audience']) =>
  take(api.POST('/v1/cases/{id}/threads', { ...at(caseID), body: { audience } }))

/** Messages that hold some words, the newest first. */
export const useFound = (words: string, customer?: string) =>
  useInfiniteQuery({
    queryKey: ['conversations', 'found', words, customer ?? ''],
    enabled: words.trim().length >= 2,
    initialPageParam: '',
    staleTime: 60_000,
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/v1/message-search', {
          params: {
            query: {
              q: words.trim(),
              limit: 30,
              ...(customer ? { customer_id: customer } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next,
  })
