import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useKey } from '@/app/keys'
import { useMe } from '@/app/session'
import { Failure } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { Empty } from '@/ui/Empty'
import { type Head, type Queued, useChats } from '../api/chats'
import { queueQuery } from '../api/counts'
import { useText } from '../messages'
import { filtersOf, neighbour, type View, viewsOf } from '../model/inbox'
import css from './chats.module.css'
import { Offers } from './Offers'
import { Presence } from './Presence'
import { RowOf } from './Row'
import { Search } from './Search'

interface Props {
  view: View | 'search'
  chosen: string | undefined
  onView: (view: View | 'search') => void
  onOpen: (id: string | undefined) => void
}

/** The left pane: whether one takes conversations, the views with their counts, and the conversations of one of them. */
export function Inbox({ view, chosen, onView, onOpen }: Props) {
  const say = useText()
  const me = useMe()
  const queue = useQuery(queueQuery)
  const mine = useChats(filtersOf('mine'), me.role === 'agent')
  const counts: Partial<Record<View, number>> = {
    queue: queue.data?.length ?? 0,
    mine: mine.data?.pages.reduce((sum, page) => sum + page.items.length, 0) ?? 0,
  }
  return (
    <section className={css.inbox} aria-label={say('list')}>
      {me.role === 'agent' && <Presence />}
      <div className={css.views} role="group" aria-label={say('list')}>
        {viewsOf(me.role).map((one) => (
          <button key={one} type="button" aria-pressed={view === one} onClick={() => onView(one)}>
            {say(`view.${one}`)}
            {(counts[one] ?? 0) > 0 && <span className="figures">{counts[one]}</span>}
          </button>
        ))}
        <button type="button" aria-pressed={view === 'search'} onClick={() => onView('search')}>
          {say('view.search')}
        </button>
      </div>
      {me.role === 'agent' && <Offers onOpen={onOpen} />}
      {view === 'search' ? (
        <Search onOpen={onOpen} />
      ) : view === 'queue' ? (
        <Rows
          view={view}
          rows={queue.data ?? []}
          isPending={queue.isPending}
          error={queue.data ? null : queue.error}
          refetch={() => void queue.refetch()}
          chosen={chosen}
          onOpen={onOpen}
        />
      ) : (
        <Listed key={view} view={view} chosen={chosen} onOpen={onOpen} />
      )}
    </section>
  )
}

function Listed({ view, chosen, onOpen }: { view: Exclude<View, 'queue'> } & Pick<Props, 'chosen' | 'onOpen'>) {
  const say = useText()
  const chats = useChats(filtersOf(view))
  return (
    <Rows
      view={view}
      rows={chats.data?.pages.flatMap((page) => page.items) ?? []}
      isPending={chats.isPending}
      error={chats.data ? null : chats.error}
      refetch={() => void chats.refetch()}
      chosen={chosen}
      onOpen={onOpen}
      foot={
        chats.hasNextPage && (
          <Button block loading={chats.isFetchingNextPage} onClick={() => void chats.fetchNextPage()}>
            {say('more')}
          </Button>
        )
      }
    />
  )
}

interface RowsProps extends Pick<Props, 'chosen' | 'onOpen'> {
  view: View
  rows: readonly (Head | Queued)[]
  isPending: boolean
  error: unknown
  refetch: () => void
  foot?: ReactNode
}

function Rows({ view, rows, isPending, error, refetch, chosen, onOpen, foot }: RowsProps) {
  const say = useText()
  const group = say('keys.group')
  const move = (by: 1 | -1) => {
    const next = neighbour(rows, chosen, by)
    if (next) onOpen(next.id)
  }
  useKey('j', say('keys.next'), () => move(1), { group })
  useKey('k', say('keys.previous'), () => move(-1), { group })
  if (isPending) return <Loading />
  if (error) return <Failure error={error} retry={refetch} />
  if (rows.length === 0)
    return view === 'queue' || view === 'mine' ? (
      <Empty title={say(`empty.${view}`)} text={say(`empty.${view}Text`)} />
    ) : (
      <Empty title={say('empty.other')} />
    )
  return (
    <ul className={css.rows} aria-label={say(`view.${view}`)}>
      {rows.map((one) => (
        <li key={one.id}>
          <RowOf one={one} chosen={one.id === chosen} onOpen={() => onOpen(one.id)} />
        </li>
      ))}
      {foot && <li className={css.foot}>{foot}</li>}
    </ul>
  )
}
