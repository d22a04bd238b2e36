import { memo, type ReactNode } from 'react'
import css from './DataTable.module.css'
import type { Column } from './DataTable'
import { useText } from './messages'

interface Props<Row> {
  row: Row
  index: number
  /** Beside the others in columns of these tracks; null on a phone, where it is a card. */
  tracks: string | null
  columns: readonly Column<Row>[]
  card: (row: Row) => ReactNode
  /** Whether it is open beside the table; undefined where nothing opens. */
  chosen: boolean | undefined
  onChoose: ((row: Row) => void) | undefined
  /** Whether it is ticked; undefined where nothing is ticked. */
  ticked: boolean | undefined
  onToggle: (row: Row) => void
  dim: boolean
}

/** One row of a long list. It is drawn anew only when something about it is new, not whenever the list is scrolled. */
export const TableRow = memo(function TableRow<Row>(props: Props<Row>) {
  const { row, index, tracks, columns, card, chosen, onChoose, ticked, onToggle, dim } = props
  const say = useText()
  const tick = ticked !== undefined && (
    <input
      type="checkbox"
      aria-label={say('table.select')}
      checked={ticked}
      onChange={() => onToggle(row)}
      onClick={(event) => event.stopPropagation()}
    />
  )
  const common = {
    role: 'row',
    'aria-rowindex': index + 2,
    'aria-selected': chosen,
    tabIndex: onChoose ? 0 : undefined,
    'data-dim': dim ? true : undefined,
    onClick: () => onChoose?.(row),
    onKeyDown: (event: React.KeyboardEvent) => {
      if (event.key === 'Enter' && event.target === event.currentTarget) onChoose?.(row)
    },
  } as const
  if (tracks === null)
    return (
      <div {...common} className={css.card}>
        <span role="cell" className={css.inside}>
          {tick}
          {card(row)}
        </span>
      </div>
    )
  return (
    <div {...common} className={css.row} style={{ gridTemplateColumns: tracks }}>
      {tick && <span role="cell">{tick}</span>}
      {columns.map((column) => (
        <span key={column.key} role="cell" className={css.cell} data-align={column.align}>
          {column.cell(row)}
        </span>
      ))}
    </div>
  )
}) as <Row>(props: Props<Row>) => ReactNode
