import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, type Schemas, take } from '@/shared/api'
import { language } from '@/shared/language'
import { useNow } from '@/shared/time'
import { deadlineOf } from '@/shared/case/deadline'
import { type Entry, lastSeq, merged } from '@/shared/case/timeline'

export type Case = Schemas['Case']

export const caseKey = (id: string) => ['case', id] as const
/** What happened is told in the reader's language. */
export const timelineKey = (id: string) => ['case', id, 'timeline', language()] as const
export const evidenceKey = (id: string) => ['case', id, 'evidence'] as const

const slowly = 20_000 // besides what arrives by itself
const closely = 1_500 // when time has run out and something is about to happen

/**
 * A case as it stands. It is asked for again when somebody comes back to the page, so that two of them agree, and every second or so
 * once its time is over, until what happens then has happened.
 */
export function useCase(id: string) {
  return useQuery({
    queryKey: caseKey(id),
    queryFn: ({ signal }) => take(api.GET('/v1/cases/{id}', { signal, params: { path: { id } } })),
    refetchOnWindowFocus: 'always',
    refetchInterval: ({ state }) => {
      const one = state.data
      if (!one?.open) return false
      return deadlineOf(one, Date.now())?.passed || busyStages.has(one.stage) ? closely : slowly
    },
  })
}

/** Stages in which the program itself is at work: they last for seconds. */
const busyStages = new Set(['checking', 'refund'])

/** How far the deadline of a case is, second by second. */
export const useDeadline = (one: Case) => deadlineOf(one, useNow())

/** All that happened in a case, in order. What is known already is not asked for again. */
export function useTimeline(id: string, seq: number | undefined) {
  const client = useQueryClient()
  return useQuery<readonly Entry[]>({
    queryKey: [...timelineKey(id), { seq: seq ?? 0 }],
    queryFn: async ({ signal }): Promise<readonly Entry[]> => {
      let known = client.getQueryData<readonly Entry[]>(timelineKey(id)) ?? []
      for (let after: number | undefined = lastSeq(known); after !== undefined;) {
        const page: Schemas['Timeline'] = await take(
          api.GET('/v1/cases/{id}/timeline', { signal, params: { path: { id }, query: { after_seq: after } } }),
        )
        known = merged(known, page.items)
        after = page.next_after_seq
      }
      client.setQueryData(timelineKey(id), known)
      return known
    },
    placeholderData: (before) => before ?? client.getQueryData<readonly Entry[]>(timelineKey(id)),
    staleTime: Infinity, // the sequence is part of its name
    enabled: seq !== undefined,
  })
}

/** What both sides put forward; in a complaint besides what they had put forward in the case that it is about. */
export const useCaseEvidence = (one: Pick<Case, 'id' | 'kind' | 'seq' | 'parent_id'>) =>
  useQuery<readonly Schemas['Evidence'][]>({
    queryKey: [...evidenceKey(one.id), { seq: one.seq }],
    queryFn: async ({ signal }) => {
      const before = one.kind === 'complaint' && one.parent_id ? [one.parent_id] : []
      const lists = await Promise.all(
        [...before, one.id].map((id) => take(api.GET('/v1/cases/{id}/evidence', { signal, params: { path: { id } } }))),
      )
      return lists.flatMap((list) => list.items)
    },
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  })
