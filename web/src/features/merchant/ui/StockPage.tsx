import { Button, Select } from 'antd'
import { useView } from '@/app/view'
import { type Column, DataTable } from '@/ui/DataTable'
import { Empty } from '@/ui/Empty'
import { MoneyText } from '@/ui/MoneyText'
import { Page } from '@/ui/Page'
import { rowsOf } from '@/ui/pages'
import cell from '@/ui/list.module.css'
import { type StockRow, useStock } from '../api/shop'
import { useText } from '../messages'
import { StockCount } from './StockCount'

const bounds = ['1', '5', '20', '100'] as const

/** What the shop can promise for exchanges, unit by unit, changed in place. */
export default function StockPage() {
  const say = useText()
  const [view, change] = useView('below')
  const below = Number(bounds.find((each) => each === view.below) ?? 0)
  const table = rowsOf(useStock(below))
  const look = (row: StockRow) => [row.colour, row.size].filter(Boolean).join(' / ')
  const columns: Column<StockRow>[] = [
    {
      key: 'what',
      title: say('stock.what'),
      width: 'minmax(200px, 2fr)',
      cell: (row) => (
        <span className={cell.two}>
          <span>{row.title}</span>
          <small>{look(row)}</small>
        </span>
      ),
    },
    {
      key: 'id',
      title: say('stock.id'),
      width: 'minmax(120px, 1fr)',
      cell: (row) => <code className={cell.code}>{row.id}</code>,
    },
    {
      key: 'price',
      title: say('stock.price'),
      width: '110px',
      align: 'end',
      cell: (row) => <MoneyText value={row.price} />,
    },
    {
      key: 'reserved',
      title: say('stock.reserved'),
      width: '100px',
      align: 'end',
      cell: (row) => <span className={`${cell.quiet} figures`}>{row.reserved}</span>,
    },
    { key: 'stock', title: say('stock.stock'), width: '220px', align: 'end', cell: (row) => <StockCount row={row} /> },
  ]
  return (
    <Page
      title={say('stock.title')}
      about={say('stock.about')}
      bar={
        <Select
          className={cell.filter ?? ''}
          aria-label={say('stock.below')}
          value={below === 0 ? '' : String(below)}
          onChange={(value: string) => change({ below: value })}
          options={[
            { value: '', label: say('stock.all') },
            ...bounds.map((value) => ({
              value,
              label: value === '1' ? say('stock.none') : say('stock.fewer', { count: Number(value) }),
            })),
          ]}
        />
      }
    >
      <DataTable
        {...table}
        label={say('stock.title')}
        columns={columns}
        keyOf={(row) => row.id}
        empty={
          below > 0 ? (
            <Empty
              title={say('stock.enough')}
              action={<Button onClick={() => change({ below: undefined })}>{say('stock.all')}</Button>}
            />
          ) : (
            <Empty title={say('stock.empty')} text={say('stock.emptyText')} />
          )
        }
        card={(row) => (
          <span className={cell.card}>
            <span>
              <span className={cell.two}>
                <span>{row.title}</span>
                <small>{look(row)}</small>
              </span>
              <MoneyText value={row.price} />
            </span>
            <span>
              <small className={cell.quiet}>{say('stock.reservedOf', { count: row.reserved })}</small>
              <StockCount row={row} />
            </span>
          </span>
        )}
      />
    </Page>
  )
}
