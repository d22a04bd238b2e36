import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, type Schemas, take } from '@/shared/api'
import type { Many } from '../model/bulk'

export type Tag = Schemas['Tag']
export type Workmate = Schemas['Workmate']
export type Canned = Schemas['Canned']
export type PriorityLevel = Schemas['Priority']['priority']

const at = (id: string) => ({ params: { path: { id } } })

/** Those who work in one's team, with what they take. */
export const useWorkmates = (enabled = true) =>
  useQuery({
    queryKey: ['workmates'],
    enabled,
    staleTime: 20_000,
    queryFn: async ({ signal }) =>
      (await take(api.GET('/v1/colleagues', { params: { query: { limit: 100 } }, signal }))).items,
  })

export const useTags = () =>
  useQuery({
    queryKey: ['tags'],
    staleTime: 60_000,
    queryFn: async ({ signal }) =>
      (await take(api.GET('/v1/tags', { params: { query: { limit: 100 } }, signal }))).items,
  })

/** Canned replies whose shortcuts begin so. */
export const useCanned = (begins: string | null) =>
  useQuery({
    queryKey: ['canned', begins],
    enabled: begins !== null,
    staleTime: 60_000,
    queryFn: async ({ signal }) =>
      (
        await take(
          api.GET('/v1/canned-replies', { params: { query: { limit: 8, ...(begins ? { begins } : {}) } }, signal }),
        )
      ).items,
  })

/** A canned reply filled in for a conversation, with what is not known there. */
export const filled = (conversation: string, reply: string) =>
  take(api.GET('/v1/conversations/{id}/canned-replies/{reply}', { params: { path: { id: conversation, reply } } }))

export const keepCanned = (body: Schemas['NewCanned']) => take(api.POST('/v1/canned-replies', { body }))
export const changeCanned = (id: string, body: Schemas['CannedText']) =>
  take(api.POST('/v1/canned-replies/{id}', { ...at(id), body }))
export const removeCanned = (id: string) => take(api.POST('/v1/canned-replies/{id}/remove', { ...at(id), body: {} }))

export const setPriority = (id: string, priority: PriorityLevel) =>
  take(api.POST('/v1/conversations/{id}/priority', { ...at(id), body: { priority } }))
export const setTags = (id: string, change: Schemas['TagOn']) =>
  take(api.POST('/v1/conversations/{id}/tags', { ...at(id), body: change }))
export const snooze = (id: string, until: string | undefined) =>
  take(api.POST('/v1/conversations/{id}/snooze', { ...at(id), body: until ? { until } : {} }))
export const doMany = async (body: Many) => (await take(api.POST('/v1/conversation-actions', { body }))).items

/** Deadlines of cases and of service, what falls first first. */
export const useFalling = (whose: 'mine' | 'team') =>
  useInfiniteQuery({
    queryKey: ['cases', 'falling', whose],
    initialPageParam: '',
    refetchInterval: 15_000,
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/v1/deadlines', {
          params: { query: { limit: 30, whose, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next,
  })

export type FollowUp = Schemas['FollowUp']

/** What one still means to do, the soonest first. */
export const useFollowUps = () =>
  useInfiniteQuery({
    queryKey: ['follow-ups'],
    initialPageParam: '',
    refetchInterval: 60_000,
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/v1/follow-ups', {
          params: { query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next,
  })

export const followUp = (id: string, body: Schemas['NewFollowUp'], key: string) =>
  take(
    api.POST('/v1/conversations/{id}/follow-ups', {
      params: { path: { id }, header: { 'Idempotency-Key': key } },
      body,
    }),
  )
export const followedUp = (id: string) => take(api.POST('/v1/follow-ups/{id}/done', { ...at(id), body: {} }))

export type Asked = Schemas['PartyQuestion']

/** Questions that wait for a shop's or a carrier's answer, what falls first first. */
export const useAsked = () =>
  useInfiniteQuery({
    queryKey: ['conversations', 'asked'],
    initialPageParam: '',
    refetchInterval: 60_000,
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/v1/questions', {
          params: { query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next,
  })

export const ask = (id: string, body: Schemas['AskParty']) =>
  take(api.POST('/v1/conversations/{id}/questions', { ...at(id), body }))
