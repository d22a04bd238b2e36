import { type QueryClient, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, type Schemas, take } from '@/shared/api'
import { language } from '@/shared/language'

export type News = Schemas['Notification']
type Page = Schemas['NotificationList']
export interface Pages {
  pages: Page[]
  pageParams: unknown[]
}

export const newsKey = () => ['notifications', 'list', language()] as const
const countKey = ['notifications', 'unread'] as const

export const useNewsList = () =>
  useInfiniteQuery({
    queryKey: newsKey(),
    queryFn: ({ signal, pageParam }) =>
      take(
        api.GET('/v1/notifications', {
          signal,
          params: { query: { limit: 30, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    refetchOnWindowFocus: 'always',
  })

/** How much of it was not read. */
export const useUnread = () =>
  useQuery({
    queryKey: countKey,
    queryFn: async ({ signal }) =>
      (await take(api.GET('/v1/notifications', { signal, params: { query: { limit: 1 } } }))).unread,
    refetchOnWindowFocus: 'always',
    refetchInterval: 60_000, // besides what arrives by itself
  }).data ?? 0

/** The pages with some of it read at a time. */
export const withRead = (pages: Pages | undefined, ids: ReadonlySet<string>, at: string): Pages | undefined =>
  pages && {
    ...pages,
    pages: pages.pages.map((page) => {
      const fresh = page.items.filter((one) => ids.has(one.id) && !one.read_at).length
      const items = page.items.map((one) => (ids.has(one.id) && !one.read_at ? { ...one, read_at: at } : one))
      return { ...page, items, unread: Math.max(0, page.unread - fresh) }
    }),
  }

/** Marks news as read: on the screen at once, and with the server as soon as it hears of it. */
export async function markRead(client: QueryClient, ids: readonly string[]): Promise<void> {
  client.setQueryData<Pages>(newsKey(), (pages) => withRead(pages, new Set(ids), new Date().toISOString()))
  client.setQueryData<number>(countKey, (count) => Math.max(0, (count ?? ids.length) - ids.length))
  try {
    await Promise.all(ids.map((id) => take(api.POST('/v1/notifications/{id}/read', { params: { path: { id } } }))))
  } finally {
    await client.invalidateQueries({ queryKey: ['notifications'] })
  }
}
