import { type InfiniteData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, type Schemas, take } from '@/shared/api'
import { formatAgo, formatWhole } from '@/shared/time'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import css from './Bell.module.css'
import { BellIcon } from './icons'
import { useKey } from './keys'
import { useText } from './messages'
import { Popover } from './Popover'
import { useMe } from './session'

type Page = Schemas['NotificationList']
type News = Page['items'][number]

const key = ['notifications'] as const

function useNews() {
  return useInfiniteQuery({
    queryKey: key,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      take(api.GET('/v1/notifications', { params: { query: pageParam ? { cursor: pageParam } : {} }, signal })),
    getNextPageParam: (page: Page) => page.next,
    refetchInterval: 60_000, // should a live message get lost
  })
}

function useRead() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (news: readonly News[]) =>
      Promise.all(
        news.map(({ id }) => api.POST('/v1/notifications/{id}/read', { params: { path: { id } }, body: {} as never })),
      ),
    onMutate: (news) => {
      const read = new Set(news.map(({ id }) => id))
      const now = new Date().toISOString()
      client.setQueryData<InfiniteData<Page>>(
        key,
        (data) =>
          data && {
            ...data,
            pages: data.pages.map((page) => ({
              ...page,
              items: page.items.map((one) => (read.has(one.id) ? { ...one, read_at: now } : one)),
            })),
          },
      )
    },
    onError: () => client.invalidateQueries({ queryKey: key }),
  })
}

/** News of the cases that concern a person, and how many are unread. */
export function Bell() {
  const say = useText()
  const query = useNews()
  const read = useRead()
  const [open, setOpen] = useState(false)
  const items = query.data?.pages.flatMap((page) => page.items) ?? []
  const unread = items.filter((item) => !item.read_at)
  const label = unread.length > 0 ? say('bell.unread', { count: unread.length }) : say('bell.none')

  useKey('g n', say('keys.bell'), () => setOpen(true), { group: say('keys.everywhere') })

  return (
    <Popover
      label={label}
      align="end"
      width={380}
      className={css.button}
      open={open}
      onOpen={setOpen}
      button={
        <>
          <BellIcon />
          {unread.length > 0 && (
            <span className={`${css.count} figures`}>{unread.length > 99 ? '99+' : unread.length}</span>
          )}
        </>
      }
    >
      {(close) => (
        <section>
          <header className={css.head}>
            <h2>{say('bell.title')}</h2>
            {unread.length > 0 && (
              <button type="button" className={css.all} onClick={() => read.mutate(unread)}>
                {say('bell.readAll')}
              </button>
            )}
          </header>
          {query.isPending && <Loading rows={3} />}
          {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
          {query.isSuccess && items.length === 0 && <Empty title={say('bell.empty')} text={say('bell.emptyText')} />}
          <ul>
            {items.map((item) => (
              <Item
                key={item.id}
                item={item}
                onOpen={() => {
                  close()
                  if (!item.read_at) read.mutate([item])
                }}
              />
            ))}
          </ul>
          {query.hasNextPage && (
            <button
              type="button"
              className={css.more}
              disabled={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {say('bell.more')}
            </button>
          )}
        </section>
      )}
    </Popover>
  )
}

function Item({ item, onOpen }: { item: News; onOpen: () => void }) {
  const say = useText()
  const me = useMe()
  const inside = (
    <>
      <span className={item.read_at ? css.seen : css.dot} aria-hidden="true" />
      <span className={css.words}>
        <span>{item.text}</span>
        <span className={css.about}>
          {item.subject_kind === 'case'
            ? say('bell.case', { id: item.subject_id.slice(-8) })
            : item.subject_kind === 'conversation'
              ? say('bell.chat', { id: item.subject_id.slice(-4).toUpperCase() })
              : item.subject_id}
        </span>
      </span>
      <time dateTime={item.at} title={formatWhole(item.at)} className={css.when}>
        {formatAgo(item.at)}
      </time>
    </>
  )
  return (
    <li>
      {item.subject_kind === 'case' ? (
        <Link to={`/cases/${item.subject_id}`} className={css.item} onClick={onOpen}>
          {inside}
        </Link>
      ) : item.subject_kind === 'conversation' ? (
        <Link
          to={me.role === 'merchant' ? '/threads' : '/chats'}
          search={{ c: item.subject_id }}
          className={css.item}
          onClick={onOpen}
        >
          {inside}
        </Link>
      ) : (
        <button type="button" className={css.item} onClick={onOpen}>
          {inside}
        </button>
      )}
    </li>
  )
}
