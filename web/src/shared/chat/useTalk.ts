import { useEffect, useSyncExternalStore } from 'react'
import { type Sign, useConnection, useLiveChat, useNews } from '@/realtime'
import { api, take } from '@/shared/api'
import { upload } from '@/shared/upload'
import { boxOf, forgetWords, keepBox } from './kept'
import type { View } from './log'
import { type Ports, Talk, type TalkState } from './talk'

const at = (id: string) => ({ path: { id } })
const message = (id: string, seq: number) => ({ path: { id, seq } })

const ports = (person: string): Ports => ({
  read: (id) => take(api.GET('/v1/conversations/{id}', { params: at(id) })),
  list: (id, query) => take(api.GET('/v1/conversations/{id}/messages', { params: { ...at(id), query } })),
  send: (id, body) => take(api.POST('/v1/conversations/{id}/messages', { params: at(id), body })),
  edit: (id, seq, text) =>
    take(api.POST('/v1/conversations/{id}/messages/{seq}/edit', { params: message(id, seq), body: { text } })),
  recall: (id, seq) =>
    take(api.POST('/v1/conversations/{id}/messages/{seq}/recall', { params: message(id, seq), body: {} })),
  react: (id, seq, code, away) =>
    take(
      api.POST('/v1/conversations/{id}/messages/{seq}/reactions', {
        params: message(id, seq),
        body: { code, ...(away ? { take_away: true } : {}) },
      }),
    ),
  mark: async (id, body) => {
    await take(api.POST('/v1/conversations/{id}/marks', { params: at(id), body }))
  },
  saveDraft: (id, text) => take(api.POST('/v1/conversations/{id}/draft', { params: at(id), body: { text } })),
  upload: (file, onProgress, signal) => upload(file, { onProgress, signal }),
  keep: (id, box) => keepBox(person, id, box),
  kept: (id) => boxOf(person, id),
})

/* Conversations stay in memory while the page does, so that going back to one shows it at once. */
const most = 20
let talks = new Map<string, Talk>()

/** The conversation with this ID, as a person sees it. */
export function talkOf(person: string, id: string): Talk {
  const name = `${person} ${id}`
  const present = talks.get(name)
  const talk = present ?? new Talk(id, ports(person))
  talks.delete(name)
  talks.set(name, talk)
  for (const oldest of talks.keys()) {
    if (talks.size <= most) break
    talks.delete(oldest)
  }
  return talk
}

/** Shows a conversation that another answer has brought, one that was begun say. */
export function showTalk(person: string, view: View): void {
  talkOf(person, view.id).show(view)
}

/** Nothing of what was read or written stays: somebody signs out. */
export function forgetTalks(): void {
  talks = new Map()
  forgetWords()
}

/** How often a conversation is looked at besides what is heard: seldom when everything is heard, else often enough to go on. */
const lookAgain = { heard: 60_000, unheard: 4_000, queued: 8_000 } as const

/** A conversation on the page, kept up to date whatever breaks. `type` tells the others that one types. */
export function useTalk(
  me: { id: string; role: string },
  id: string,
): { talk: Talk; state: TalkState; type: () => void } {
  const talk = talkOf(me.id, id)
  const state = useSyncExternalStore(talk.watch, talk.now)
  const live = useConnection() === 'live'
  const queued = state.view?.state === 'queued'
  const unread = state.view === null // not there yet, or not for this person yet: it may come to them
  const self = `${me.role}/${me.id}`

  const type = useLiveChat(id, (sign: Sign) => {
    if (sign.type === 'missed') void talk.refresh()
    else if (sign.type === 'there') talk.thereAre(sign.who.filter((who) => who !== self))
    else if (sign.who !== self) talk.typed(sign.who)
  })
  useNews((news) => {
    if (news.id !== id) return
    if (news.type === 'message.sent' || news.type === 'message.changed') talk.heard(news.seq, news.revision)
    else if (news.type === 'conversation.marked') {
      if (news.kind !== me.role) talk.readBy(news.kind ?? '', news.seq ?? 0)
    } else if (news.type === 'conversation.changed' || news.type.startsWith('transfer.')) void talk.refresh()
  })
  useEffect(() => {
    void talk.refresh() // also what one has written at another desk since
    talk.kick()
  }, [talk])
  useEffect(() => {
    const back = () => {
      talk.kick()
      void talk.catchUp()
    }
    if (live) back()
    const looks = () => !document.hidden && back()
    addEventListener('online', back)
    document.addEventListener('visibilitychange', looks)
    return () => {
      removeEventListener('online', back)
      document.removeEventListener('visibilitychange', looks)
    }
  }, [talk, live])
  useEffect(() => {
    const every = queued || unread ? lookAgain.queued : live ? lookAgain.heard : lookAgain.unheard
    const timer = setInterval(() => void (queued || unread ? talk.refresh() : talk.catchUp()), every)
    return () => clearInterval(timer)
  }, [talk, live, queued, unread])
  return { talk, state, type }
}
