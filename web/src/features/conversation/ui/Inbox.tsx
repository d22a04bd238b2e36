import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { type ReactNode, useState } from 'react'
import { useKey } from '@/app/keys'
import { useMe } from '@/app/session'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { type Filters as Asked, type Head, type Queued, useChats } from '../api/chats'
import { queueQuery } from '../api/counts'
import { useFollowUps } from '../api/tools'
import { useText } from '../messages'
import { leftOf, type Results, toggled } from '../model/bulk'
import { filterOf } from '../model/fields'
import { filtersOf, isCustomers, isListed, neighbour, type View, viewsOf } from '../model/inbox'
import { Bulk } from './Bulk'
import css from './chats.module.css'
import { Falling } from './Falling'
import { FilterBar } from './FilterBar'
import { FollowUps } from './FollowUps'
import { Offers } from './Offers'
import { Presence } from './Presence'
import { Questions } from './Questions'
import { RowOf } from './Row'
import { Search } from './Search'

interface Props {
  view: View
  /** The fields of the view `filter`. */
  query: string
  chosen: string | undefined
  onView: (view: View, query?: string) => void
  onOpen: (id: string | undefined) => void
}

/** The left pane: whether one takes conversations, the views with their counts, and what is in one of them. */
export function Inbox({ view, query, chosen, onView, onOpen }: Props) {
  const say = useText()
  const me = useMe()
  const queue = useQuery(queueQuery)
  const mine = useChats(filtersOf('mine'), me.role === 'agent')
  const follow = useFollowUps()
  const count = (pages: readonly { items: readonly unknown[] }[] | undefined) =>
    pages?.reduce((sum, page) => sum + page.items.length, 0) ?? 0
  const counts: Partial<Record<View, number>> = {
    queue: queue.data?.length ?? 0,
    mine: count(mine.data?.pages),
    follow: count(follow.data?.pages),
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
      </div>
      {me.role === 'agent' && <Offers onOpen={onOpen} />}
      {view === 'filter' && <FilterBar query={query} onQuery={(next) => onView('filter', next)} />}
      {view === 'search' ? (
        <Search onOpen={onOpen} />
      ) : view === 'due' ? (
        <Falling chosen={chosen} onOpen={onOpen} />
      ) : view === 'follow' ? (
        <FollowUps chosen={chosen} onOpen={onOpen} />
      ) : view === 'asked' ? (
        <Questions chosen={chosen} onOpen={onOpen} />
      ) : view === 'queue' ? (
        <Rows
          key={view}
          view={view}
          rows={queue.data ?? []}
          isPending={queue.isPending}
          error={queue.data ? null : queue.error}
          refetch={() => void queue.refetch()}
          chosen={chosen}
          onOpen={onOpen}
        />
      ) : (
        <Listed
          key={`${view} ${query}`}
          view={view}
          filters={isListed(view) ? filtersOf(view) : filterOf(query)}
          chosen={chosen}
          onOpen={onOpen}
        />
      )}
    </section>
  )
}

function Listed({ view, filters, chosen, onOpen }: { filters: Asked } & Pick<Props, 'view' | 'chosen' | 'onOpen'>) {
  const say = useText()
  const chats = useChats(filters)
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

interface RowsProps extends Pick<Props, 'view' | 'chosen' | 'onOpen'> {
  rows: readonly (Head | Queued)[]
  isPending: boolean
  error: unknown
  refetch: () => void
  foot?: ReactNode
}

function Rows({ view, rows, isPending, error, refetch, chosen, onOpen, foot }: RowsProps) {
  const say = useText()
  const me = useMe()
  const group = say('keys.group')
  const [ticked, setTicked] = useState<ReadonlySet<string>>(() => new Set())
  const [results, setResults] = useState<Results>(() => new Map())
  const able = isCustomers(view) && me.role !== 'operator' && rows.length > 0
  const move = (by: 1 | -1) => {
    const next = neighbour(rows, chosen, by)
    if (next) onOpen(next.id)
  }
  const tick = (id: string) => setTicked(toggled(ticked, id))
  useKey('j', say('keys.next'), () => move(1), { group })
  useKey('k', say('keys.previous'), () => move(-1), { group })
  useKey('x', say('keys.tick'), () => chosen && tick(chosen), { group, when: able && chosen !== undefined })
  if (isPending) return <Loading />
  if (error) return <Failure error={error} retry={refetch} />
  // What was done may have left the list: its result stays until it was read.
  const gone = [...results.keys()].filter((id) => !rows.some((one) => one.id === id))
  if (rows.length === 0 && gone.length === 0)
    return view === 'queue' || view === 'mine' ? (
      <Empty title={say(`empty.${view}`)} text={say(`empty.${view}Text`)} />
    ) : (
      <Empty title={say('empty.other')} />
    )
  return (
    <>
      {(ticked.size > 0 || results.size > 0) && (
        <Bulk
          ticked={ticked}
          all={rows.map((one) => one.id)}
          results={results}
          onTicked={setTicked}
          onResults={(done) => {
            setResults(done)
            setTicked(leftOf(done))
          }}
        />
      )}
      <ul className={css.rows} aria-label={say(`view.${view}`)} data-ticking={ticked.size > 0 || undefined}>
        {rows.map((one) => (
          <li key={one.id} className={css.rowItem}>
            <RowOf
              one={one}
              chosen={one.id === chosen}
              onOpen={() => onOpen(one.id)}
              result={results.get(one.id)}
              {...(able ? { ticked: ticked.has(one.id), onTick: () => tick(one.id) } : {})}
            />
          </li>
        ))}
        {foot && <li className={css.foot}>{foot}</li>}
      </ul>
    </>
  )
}
