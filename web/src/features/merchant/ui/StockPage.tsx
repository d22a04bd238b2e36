import { Button, Input, Select } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { useView } from '@/app/view'
import { isProblem } from '@/shared/api'
import { type Column, DataTable } from '@/ui/DataTable'
import { Empty } from '@/ui/Empty'
import { useErrorText } from '@/ui/Failure'
import { MoneyText } from '@/ui/MoneyText'
import { Page } from '@/ui/Page'
import { rowsOf } from '@/ui/pages'
import { useCommand } from '@/ui/useCommand'
import { setStock, type StockRow, useShopRefresh, useStock } from '../api/shop'
import { useText } from '../messages'
import { countOf } from '../model/inspection'
import css from './merchant.module.css'

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
        <span className={css.two}>
          <span>{row.title}</span>
          <small>{look(row)}</small>
        </span>
      ),
    },
    {
      key: 'id',
      title: say('stock.id'),
      width: 'minmax(120px, 1fr)',
      cell: (row) => <code className={css.code}>{row.id}</code>,
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
      cell: (row) => <span className={`${css.quiet} figures`}>{row.reserved}</span>,
    },
    { key: 'stock', title: say('stock.stock'), width: '220px', align: 'end', cell: (row) => <Count row={row} /> },
  ]
  return (
    <Page
      title={say('stock.title')}
      about={say('stock.about')}
      bar={
        <Select
          className={css.filter ?? ''}
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
          <span className={css.card}>
            <span>
              <span className={css.two}>
                <span>{row.title}</span>
                <small>{look(row)}</small>
              </span>
              <MoneyText value={row.price} />
            </span>
            <span>
              <small className={css.quiet}>{say('stock.reservedOf', { count: row.reserved })}</small>
              <Count row={row} />
            </span>
          </span>
        )}
      />
    </Page>
  )
}

const most = 1_000_000

/** The stock of one variant as a field: saved with Enter or its button, if it is still what it was. */
function Count({ row }: { row: StockRow }) {
  const say = useText()
  const errorText = useErrorText()
  const refresh = useShopRefresh()
  const [own, setOwn] = useState<string | null>(null)
  const typed = own ?? String(row.stock)
  const count = countOf(typed, most)
  const { run, busy, error, clear } = useCommand<number>({
    send: async (stock, key) => {
      try {
        return await setStock(row.id, { was: row.stock, stock }, key)
      } catch (failure) {
        if (isProblem(failure) && failure.status === 409) await refresh()
        throw failure
      }
    },
    onDone: () => void refresh().then(() => setOwn(null)),
  })
  const changed = typed.trim() !== String(row.stock)
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    if (changed && count !== null) void run(count)
  }
  return (
    <form className={css.count} noValidate onSubmit={onSubmit}>
      <Input
        aria-label={say('stock.of', { what: [row.title, row.colour, row.size].filter(Boolean).join(' ') })}
        aria-invalid={count === null || undefined}
        status={count === null ? 'error' : ''}
        inputMode="numeric"
        autoComplete="off"
        className="figures"
        value={typed}
        onChange={(event) => {
          clear()
          setOwn(event.target.value)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setOwn(null)
        }}
      />
      <Button
        htmlType="submit"
        type="primary"
        ghost
        loading={busy}
        disabled={!changed || count === null}
        data-idle={!changed || undefined}
      >
        {say('form.save')}
      </Button>
      {error !== null && (
        <p role="alert" className={css.wrong}>
          {errorText(error)}
        </p>
      )}
    </form>
  )
}
