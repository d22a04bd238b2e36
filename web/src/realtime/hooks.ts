import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useEffectEvent, useSyncExternalStore } from 'react'
import { connection, type Sign, type State } from './connection'
import { caseChannel, chatChannel, type Listener, type News, ownChannels } from './news'

/** Keeps what is on the screen up to date with some channels. Queries with the keys of `reduce.ts` are asked again by themselves. */
export function useLive(channels: readonly string[]): void {
  const queries = useQueryClient()
  const names = channels.join(' ')
  useEffect(() => {
    const leave = names
      .split(' ')
      .filter(Boolean)
      .map((channel) => connection.hear(channel, queries))
    return () => leave.forEach((one) => one())
  }, [names, queries])
}

/** Keeps a case up to date, and all that hangs on it. */
export const useLiveCase = (id: string | undefined): void => useLive(id === undefined ? [] : [caseChannel(id)])

/** Keeps a person's own lists up to date: cases, tasks, approvals, news. For the frame of an entry, once. */
export const useLiveLists = (me: Listener | null): void => useLive(me ? ownChannels(me) : [])

/** How the page stands with the server, for a strip that says so. */
export const useConnection = (): State => useSyncExternalStore(connection.watch, connection.now)

/** Hears news themselves, for a word to the person; what is on the screen is asked again without it. */
export function useNews(handler: (news: News) => void): void {
  const latest = useEffectEvent(handler)
  useEffect(() => connection.onNews((news) => latest(news)), [])
}

/** Hears a conversation: signs that pass, and news of all kinds. Returns how to tell the others that one types. */
export function useLiveChat(id: string, onSign: (sign: Sign) => void): () => void {
  const channel = chatChannel(id)
  useLive([channel])
  const latest = useEffectEvent(onSign)
  useEffect(() => connection.onSign(channel, (sign) => latest(sign)), [channel])
  return useCallback(() => connection.type(channel), [channel])
}
