import { Button, Input } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { isProblem } from '@/shared/api'
import { useCommand } from '@/ui/useCommand'
import { Wrong } from '@/ui/Wrong'
import { setStock, type StockRow, useShopRefresh } from '../api/shop'
import { useText } from '../messages'
import { countOf } from '../model/inspection'
import css from './merchant.module.css'

const most = 1_000_000

/** The stock of one variant as a field: saved with Enter or its button, if it is still what it was. */
export function StockCount({ row }: { row: StockRow }) {
  const say = useText()
  const refresh = useShopRefresh()
  const [own, setOwn] = useState<string | null>(null)
  const typed = own ?? String(row.stock)
  const count = countOf(typed, most)
  const { run, busy, error, clear } = useCommand<{ was: number; stock: number }>({
    send: async (change, key) => {
      try {
        return await setStock(row.id, change, key)
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
    if (changed && count !== null) void run({ was: row.stock, stock: count })
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
      <Wrong error={error} />
    </form>
  )
}
