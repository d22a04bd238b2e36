import type { QueryClient } from '@tanstack/react-query'
import type { Centrifuge, Subscription } from 'centrifuge'
import { api, Cancelled, isProblem, take } from '@/shared/api'
import { batch } from './batch'
import { isTyping, type News, readNews } from './news'
import { type Known, missed, reduce, seenBefore } from './reduce'

/**
 * How the page stands with the server: `live`; `connecting` for the first time; `lost`, and trying again; `off`, because nothing is
 * to be heard or nobody may.
 */
export type State = 'off' | 'connecting' | 'live' | 'lost'

/** How long the connection stays when nothing is heard, and before it is made anew after a session's end. */
const linger = 5_000
const afterSession = 1_500

/** Codes of the server: the session is over, the right is. */
const sessionOver = 4501

const path = '/v1/live'

/** What goes by in a channel and is never kept, and that something may have been missed. People are named `role/ID`. */
export type Sign = { type: 'typing'; who: string } | { type: 'there'; who: readonly string[] } | { type: 'missed' }

/** One per page: what is heard, by whom, and how it stands. */
class Connection {
  private state: State = 'off'
  private readonly watchers = new Set<() => void>()
  private readonly handlers = new Set<(news: News) => void>()
  private readonly wanted = new Map<string, number>()
  private readonly listeners = new Map<string, Set<(sign: Sign) => void>>()
  private readonly before = seenBefore()
  private readonly stale = batch(
    (key) => void this.queries?.invalidateQueries({ queryKey: key }),
    () => document.hidden,
  )
  private queries: QueryClient | undefined
  private client: Centrifuge | undefined
  private loading: Promise<void> | undefined
  private closing: ReturnType<typeof setTimeout> | undefined

  constructor() {
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.stale.flush()
    })
  }

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher)
    return () => this.watchers.delete(watcher)
  }

  readonly now = (): State => this.state

  readonly onNews = (handler: (news: News) => void): (() => void) => {
    this.handlers.add(handler)
    return () => this.handlers.delete(handler)
  }

  /** Hears what goes by in a channel, for as long as it is heard at all. */
  onSign(channel: string, handler: (sign: Sign) => void): () => void {
    const all = this.listeners.get(channel) ?? new Set()
    this.listeners.set(channel, all.add(handler))
    return () => {
      all.delete(handler)
      if (all.size === 0) this.listeners.delete(channel)
    }
  }

  /** Tells those who are in a channel that one types. Nobody waits for it, and it may be lost. */
  type(channel: string): void {
    this.client
      ?.getSubscription(channel)
      ?.publish({})
      .catch(() => undefined)
  }

  /** Hears a channel until the returned function is called. */
  hear(channel: string, queries: QueryClient): () => void {
    this.queries = queries
    this.wanted.set(channel, (this.wanted.get(channel) ?? 0) + 1)
    clearTimeout(this.closing)
    if (this.client) this.subscribe(this.client, channel)
    else void this.open()
    let heard = true
    return () => {
      if (!heard) return
      heard = false
      const left = (this.wanted.get(channel) ?? 1) - 1
      if (left > 0) {
        this.wanted.set(channel, left)
        return
      }
      this.wanted.delete(channel)
      const gone = this.client?.getSubscription(channel)
      if (gone) this.client?.removeSubscription(gone)
      if (this.wanted.size === 0) this.closing = setTimeout(() => this.close(), linger)
    }
  }

  /** Fetches what connecting needs when there is something to hear: the first picture of a page does not wait for it. */
  private open(): Promise<void> {
    this.become('connecting')
    this.loading ??= import('centrifuge')
      .then(({ Centrifuge, UnauthorizedError }) => {
        const refuse = (reason: string) => new UnauthorizedError(reason)
        const origin = globalThis.location.origin
        const client = new Centrifuge(
          [
            { transport: 'websocket', endpoint: origin.replace(/^http/, 'ws') + path },
            { transport: 'http_stream', endpoint: `${origin}${path}/stream` },
          ],
          {
            emulationEndpoint: `${origin}${path}/send`,
            getToken: () => ticket(refuse),
            minReconnectDelay: 250,
            maxReconnectDelay: 15_000,
          },
        )
        this.client = client
        client.on('connecting', () => {
          client.setToken('') // a ticket is good once
          this.become(this.state === 'live' || this.state === 'lost' ? 'lost' : 'connecting')
        })
        client.on('connected', () => this.become('live'))
        client.on('disconnected', ({ code }) => {
          this.become('off')
          if (code === sessionOver) setTimeout(() => this.resume(), afterSession)
        })
        for (const channel of this.wanted.keys()) this.subscribe(client, channel)
        this.resume()
      })
      .catch(() => {
        this.become('lost') // the program could not be fetched: the network is away
        setTimeout(() => this.wanted.size > 0 && !this.client && void this.open(), linger)
      })
      .finally(() => {
        this.loading = undefined
      })
    return this.loading
  }

  private resume(): void {
    if (this.wanted.size > 0) this.client?.connect()
  }

  private close(): void {
    if (this.wanted.size === 0) this.client?.disconnect()
  }

  private subscribe(client: Centrifuge, channel: string): void {
    const present = client.getSubscription(channel)
    if (present && over(present)) client.removeSubscription(present) // it was refused; it may be allowed by now
    if (!client.getSubscription(channel)) this.follow(client.newSubscription(channel, { recoverable: true }))
    if (this.state === 'off') this.resume()
  }

  private follow(subscription: Subscription): void {
    const { channel } = subscription
    const sign = (one: Sign) => this.listeners.get(channel)?.forEach((listener) => listener(one))
    const people = new Map<string, string>() // by connection: somebody may have two pages open
    const told = () => sign({ type: 'there', who: [...new Set(people.values())] })
    subscription.on('publication', ({ data, info }) => {
      if (!isTyping(data)) this.take(readNews(data))
      else if (info) sign({ type: 'typing', who: info.user })
    })
    subscription.on('join', ({ info }) => {
      people.set(info.client, info.user)
      told()
    })
    subscription.on('leave', ({ info }) => {
      people.delete(info.client)
      told()
    })
    subscription.on('subscribed', ({ wasRecovering, recovered }) => {
      // Whatever happened before this moment, or while the server's memory of it lasted not long enough, was not heard.
      if (!wasRecovering || !recovered) {
        this.stale.add(missed(channel))
        sign({ type: 'missed' })
      }
      if (!channel.startsWith('conversation:')) return
      subscription.presence().then(
        ({ clients }) => {
          people.clear()
          for (const [client, { user }] of Object.entries(clients)) people.set(client, user)
          told()
        },
        () => undefined, // gone again
      )
    })
    subscription.on('unsubscribed', ({ code }) => {
      if (code < 2000) return
      this.stale.add(missed(channel)) // taken away: the screen shows what is left
      sign({ type: 'missed' })
    })
    subscription.subscribe()
  }

  private take(news: News | null): void {
    if (!news || this.before(news)) return
    this.stale.add(reduce(news, this.known))
    this.handlers.forEach((handler) => handler(news))
  }

  private readonly known: Known = (id) => this.queries?.getQueryData<{ seq?: number }>(['case', id])?.seq

  private become(state: State): void {
    if (this.state === state) return
    this.state = state
    this.watchers.forEach((watcher) => watcher())
  }
}

const over = ({ state }: { state: string }) => state === 'unsubscribed'

/** A ticket of the session. When the session ended, the person is asked to sign in again, as with every request. */
async function ticket(refuse: (reason: string) => Error): Promise<string> {
  try {
    return (await take(api.POST('/v1/live/ticket', {}))).token
  } catch (error) {
    if (error instanceof Cancelled || (isProblem(error) && [401, 403].includes(error.status)))
      throw refuse(error.message)
    throw error
  }
}

export const connection = new Connection()
