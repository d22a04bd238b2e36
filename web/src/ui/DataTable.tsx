import { type ReactNode, useEffect, useRef } from 'react'
import { WindowVirtualizer, type WindowVirtualizerHandle } from 'virtua'
import { useKey } from '@/app/keys'
import css from './DataTable.module.css'
import { Failure, useErrorText } from './Failure'
import { Loading } from './Loading'
import { useText } from './messages'
import { TableRow } from './TableRow'
import { useWide } from './useWide'

export interface Column<Row> {
  key: string
  title: ReactNode
  /** A track of a grid: `1fr`, `120px`, `minmax(160px, 2fr)`. */
  width: string
  align?: 'end'
  cell: (row: Row) => ReactNode
}

/** What of an infinite query the table needs; `useInfiniteQuery` with its pages flattened gives it. */
export interface Rows<Row> {
  rows: readonly Row[]
  isPending: boolean
  error: unknown
  refetch: () => unknown
  hasNextPage: boolean
  isFetchingNextPage: boolean
  isFetchNextPageError?: boolean
  fetchNextPage: () => unknown
}

interface Props<Row> extends Rows<Row> {
  /** What the table lists, for those who listen. */
  label: string
  columns: readonly Column<Row>[]
  keyOf: (row: Row) => string
  /** A row on a phone. */
  card: (row: Row) => ReactNode
  empty: ReactNode
  /** The row that is open beside the table. */
  chosen?: string | undefined
  onChoose?: (row: Row) => void
  /** Rows that are ticked, for doing something with all of them. */
  ticked?: ReadonlySet<string>
  onTick?: (ticked: ReadonlySet<string>) => void
  /** How rows of no interest look: dimmed. */
  dim?: (row: Row) => boolean
}

const rowHeight = 52
/** More is fetched when fewer rows than this are below the last one in view. */
const ahead = 20

/**
 * A long list: only what is in view is drawn, more is fetched as it is scrolled, `j` and `k` go up and down. On a phone rows are cards.
 */
export function DataTable<Row>(props: Props<Row>) {
  const { rows, columns, keyOf, card, chosen, onChoose, ticked, onTick, label, dim } = props
  const say = useText()
  const errorText = useErrorText()
  const wide = useWide()
  const list = useRef<WindowVirtualizerHandle>(null)
  const table = useRef<HTMLDivElement>(null)
  const at = rows.findIndex((row) => keyOf(row) === chosen)

  const toggle = (key: string) => {
    const next = new Set(ticked)
    if (!next.delete(key)) next.add(key)
    onTick?.(next)
  }
  const toggleRow = (row: Row) => toggle(keyOf(row))
  // Where the keys are: a second press may come before the first one's row is chosen, and goes on from there.
  const cursor = useRef(chosen)
  useEffect(() => {
    cursor.current = chosen
  }, [chosen])
  const step = (by: number) => {
    const from = rows.findIndex((row) => keyOf(row) === cursor.current)
    const row = rows[from < 0 ? (by > 0 ? 0 : rows.length - 1) : from + by]
    if (!row) return
    cursor.current = keyOf(row)
    onChoose?.(row)
  }
  const able = onChoose !== undefined && rows.length > 0
  useKey('j', say('table.down'), () => step(1), { when: able, group: label })
  useKey('k', say('table.up'), () => step(-1), { when: able, group: label })
  useKey('x', say('table.select'), () => chosen && toggle(chosen), { when: able && onTick !== undefined, group: label })

  useEffect(() => {
    if (at < 0) return
    const row = table.current?.querySelector('[aria-selected="true"]')
    if (row) row.scrollIntoView({ block: 'nearest' })
    else list.current?.scrollToIndex(at, { align: 'center' })
  }, [at])

  const more = () => {
    const handle = list.current
    if (!handle || !props.hasNextPage || props.isFetchingNextPage || props.isFetchNextPageError) return
    const below = rows.length - handle.findItemIndex(handle.scrollOffset + window.innerHeight)
    if (below < ahead) props.fetchNextPage()
  }

  if (props.isPending) return <Loading rows={8} />
  if (props.error && rows.length === 0) return <Failure error={props.error} retry={() => void props.refetch()} />
  if (rows.length === 0) return <>{props.empty}</>

  const tracks = [...(onTick ? ['36px'] : []), ...columns.map((column) => column.width)].join(' ')
  const all = rows.length > 0 && rows.every((row) => ticked?.has(keyOf(row)))
  return (
    <div ref={table} className={css.table}>
      <div role="table" aria-label={label} aria-rowcount={props.hasNextPage ? -1 : rows.length + 1}>
        {wide && (
          <div role="rowgroup" className={css.head}>
            <div role="row" aria-rowindex={1} className={css.headRow} style={{ gridTemplateColumns: tracks }}>
              {onTick && (
                <span role="columnheader">
                  <input
                    type="checkbox"
                    aria-label={say('table.selectAll')}
                    checked={all}
                    onChange={() => onTick(new Set(all ? [] : rows.map(keyOf)))}
                  />
                </span>
              )}
              {columns.map((column) => (
                <span key={column.key} role="columnheader" data-align={column.align}>
                  {column.title}
                </span>
              ))}
            </div>
          </div>
        )}
        <div role="rowgroup">
          <WindowVirtualizer
            ref={list}
            data={rows}
            itemSize={wide ? rowHeight : 104}
            onScroll={more}
            onScrollEnd={more}
          >
            {(row: Row, index: number) => {
              const key = keyOf(row)
              return (
                <TableRow<Row>
                  key={key}
                  row={row}
                  index={index}
                  tracks={wide ? tracks : null}
                  columns={columns}
                  card={card}
                  chosen={onChoose && key === chosen}
                  onChoose={onChoose}
                  ticked={onTick && (ticked?.has(key) ?? false)}
                  onToggle={toggleRow}
                  dim={dim?.(row) === true}
                />
              )
            }}
          </WindowVirtualizer>
        </div>
      </div>
      <p role="status" className={css.foot}>
        {props.isFetchingNextPage && say('table.more')}
        {props.isFetchNextPageError && (
          <>
            {errorText(props.error)}{' '}
            <button type="button" onClick={() => props.fetchNextPage()}>
              {say('retry')}
            </button>
          </>
        )}
        {!props.hasNextPage && rows.length > 20 && say('table.end', { count: rows.length })}
      </p>
    </div>
  )
}
