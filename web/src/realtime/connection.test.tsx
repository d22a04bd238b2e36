import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { act, render, screen, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useConnection, useLive, useLiveCase, useNews, type News } from '.'
import { connection } from './connection'

/** A client that is told what happens, in the place of a network. */
class Emitter {
  private readonly handlers: Record<string, ((context: unknown) => void)[]> = {}
  on(event: string, handler: (context: never) => void) {
    ;(this.handlers[event] ??= []).push(handler as (context: unknown) => void)
    return this
  }
  emit(event: string, context: unknown = {}) {
    act(() => this.handlers[event]?.forEach((handler) => handler(context)))
  }
}

class FakeSubscription extends Emitter {
  state = 'subscribing'
  readonly channel: string
  constructor(channel: string) {
    super()
    this.channel = channel
  }
  subscribe = vi.fn()
}

class FakeClient extends Emitter {
  static last: FakeClient | undefined
  readonly subscriptions = new Map<string, FakeSubscription>()
  readonly options: { getToken: () => Promise<string> }
  constructor(_endpoints: unknown, options: { getToken: () => Promise<string> }) {
    super()
    this.options = options
    FakeClient.last = this
  }
  connect = vi.fn(() => this.emit('connecting'))
  disconnect = vi.fn(() => this.emit('disconnected', { code: 0 }))
  setToken = vi.fn()
  getSubscription = (channel: string) => this.subscriptions.get(channel) ?? null
  newSubscription = (channel: string) => {
    const made = new FakeSubscription(channel)
    this.subscriptions.set(channel, made)
    return made
  }
  removeSubscription = (one: FakeSubscription) => void this.subscriptions.delete(one.channel)
}

vi.mock('centrifuge', () => ({ Centrifuge: FakeClient, UnauthorizedError: Error }))

const at = '2026-03-02T12:00:00Z'
const asked = vi.fn()
let queries: QueryClient

function Page({ news, children }: { news?: (news: News) => void; children?: ReactNode }) {
  useLiveCase('c-1')
  useLive(['person:kim'])
  useNews(news ?? (() => undefined))
  const seq = useQuery({
    queryKey: ['case', 'c-1'],
    staleTime: Infinity,
    queryFn: () => {
      asked()
      return { seq: asked.mock.calls.length }
    },
  })
  return (
    <p>
      {useConnection()} {seq.data?.seq}
      {children}
    </p>
  )
}

const show = (page: ReactNode) => render(<QueryClientProvider client={queries}>{page}</QueryClientProvider>)

async function client(): Promise<FakeClient> {
  await waitFor(() => expect(FakeClient.last?.connect).toHaveBeenCalled())
  const found = FakeClient.last
  if (!found) throw new Error('nobody connected')
  return found
}

const publish = (to: FakeClient, data: unknown) => to.getSubscription('case:c-1')?.emit('publication', { data })

beforeEach(() => {
  queries = new QueryClient()
  asked.mockClear()
})
afterEach(() => queries.clear())

test('a page hears of changes, resumes, and looks again where it could not resume', async () => {
  const heard = vi.fn()
  const page = show(<Page news={heard} />)
  const live = await client()
  await screen.findByText(/connecting 1/)
  expect([...live.subscriptions.keys()]).toEqual(['case:c-1', 'person:kim'])
  live.emit('connected')
  await screen.findByText(/live 1/)
  const subscription = live.getSubscription('case:c-1')

  // What happened before the first moment was not heard.
  subscription?.emit('subscribed', { wasRecovering: false, recovered: false })
  await screen.findByText(/live 2/)

  publish(live, { type: 'case.changed', id: 'c-1', seq: 9, at })
  await screen.findByText(/live 3/)
  publish(live, { type: 'case.changed', id: 'c-1', seq: 9, at })
  live.getSubscription('person:kim')?.emit('publication', { data: { type: 'case.changed', id: 'c-1', seq: 9, at } })
  publish(live, { type: 'something.new', id: 'c-1', at })
  publish(live, { type: 'notification.new', id: 'n-1', at })
  await waitFor(() => expect(heard).toHaveBeenCalledTimes(2))

  // A break: the ticket is used up, what was missed comes by itself.
  live.setToken.mockClear()
  live.emit('connecting')
  await screen.findByText(/lost 3/)
  expect(live.setToken).toHaveBeenCalledWith('')
  live.emit('connected')
  subscription?.emit('subscribed', { wasRecovering: true, recovered: true })
  await screen.findByText(/live 3/)
  subscription?.emit('subscribed', { wasRecovering: true, recovered: false })
  await screen.findByText(/live 4/)

  // A right that is gone.
  subscription?.emit('unsubscribed', { code: 2100 })
  await screen.findByText(/live 5/)

  // The session is over: it is tried again, which asks the person to sign in.
  live.connect.mockClear()
  live.emit('disconnected', { code: 4501 })
  await screen.findByText(/off 5/)
  await waitFor(() => expect(live.connect).toHaveBeenCalled(), { timeout: 5000 })
  live.emit('connected')

  page.unmount()
  expect(live.subscriptions.size).toBe(0)
  await waitFor(() => expect(live.disconnect).toHaveBeenCalled(), { timeout: 8000 })
  expect(connection.now()).toBe('off')

  // Somebody comes again: the same connection serves.
  live.connect.mockClear()
  show(<Page />)
  expect(live.connect).toHaveBeenCalledOnce()
  expect(FakeClient.last).toBe(live)
})
