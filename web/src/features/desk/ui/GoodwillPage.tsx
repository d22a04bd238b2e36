import { Button, Checkbox, Input } from 'antd'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useView } from '@/app/view'
import { AmountField, charge, useOrder, WordsField } from '@/features/case/parts'
import { api, type Schemas, take } from '@/shared/api'
import { formatMoney, parseYuan } from '@/shared/money'
import { useErrorText } from '@/ui/Failure'
import { Field } from '@/ui/Field'
import { Page } from '@/ui/Page'
import { useCommand } from '@/ui/useCommand'
import { useText } from '../messages'
import css from './desk.module.css'

/** Money that nobody asked for: for some goods of an order, with a word to the customer. */
export default function GoodwillPage() {
  const say = useText()
  const navigate = useNavigate()
  const errorText = useErrorText()
  const [view, change] = useView('order')
  const order = useOrder(view.order ?? '')
  const [typed, setTyped] = useState(view.order ?? '')
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [amount, setAmount] = useState('')
  const [words, setWords] = useState('')
  const [tried, setTried] = useState(false)
  const lines = order.data?.lines.filter((line) => line.available > 0 && !line.gift) ?? []
  const picked = lines.filter((line) => chosen.includes(line.id))
  const most = picked.reduce((sum, line) => sum + line.paid.minor, 0)
  const minor = parseYuan(amount)
  const missing = !order.data
    ? say('goodwill.needOrder')
    : picked.length === 0
      ? say('goodwill.needLines')
      : !minor
        ? say('goodwill.needAmount')
        : undefined
  const { run, busy, error } = useCommand<Schemas['Goodwill'], Schemas['Ack']>({
    send: (body, key) => take(api.POST('/v1/goodwill', { params: { header: { 'Idempotency-Key': key } }, body })),
    onDone: (ack) => void navigate({ to: `/cases/${ack.case_id}` } as never),
  })
  return (
    <Page title={say('goodwill.title')} narrow>
      <form
        className={css.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (typed.trim() !== (view.order ?? '')) {
            change({ order: typed.trim() })
            setChosen([])
            return
          }
          setTried(true)
          if (missing || !minor) return
          void run({
            order_id: view.order ?? '',
            lines: picked.map((line) => ({ line_id: line.id, quantity: line.available })),
            amount: charge(minor),
            ...(words.trim() ? { text: words.trim() } : {}),
          })
        }}
      >
        <p className={css.quiet}>{say('goodwill.intro')}</p>
        <Field
          label={say('goodwill.order')}
          error={view.order && order.error ? errorText(order.error) : undefined}
        >
          {(control) => (
            <Input {...control} value={typed} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
          )}
        </Field>
        {lines.length > 0 && (
          <>
            <fieldset className={css.lines}>
              <legend>{say('goodwill.lines')}</legend>
              {lines.map((line) => (
                <Checkbox
                  key={line.id}
                  checked={chosen.includes(line.id)}
                  onChange={({ target }) =>
                    setChosen(target.checked ? [...chosen, line.id] : chosen.filter((id) => id !== line.id))
                  }
                >
                  {line.title} × {line.available} · <span className="figures">{formatMoney(line.paid)}</span>
                </Checkbox>
              ))}
            </fieldset>
            <AmountField
              label={say('goodwill.amount')}
              hint={most > 0 ? say('goodwill.all', { amount: formatMoney(charge(most)) }) : undefined}
              value={amount}
              onChange={setAmount}
            />
            <WordsField label={say('goodwill.words')} value={words} onChange={setWords} optional />
          </>
        )}
        {error !== null && (
          <p role="alert" className={css.wrong}>
            {errorText(error)}
          </p>
        )}
        {tried && missing && (
          <p role="alert" className={css.wrong}>
            {missing}
          </p>
        )}
        <div>
          <Button type="primary" htmlType="submit" loading={busy || order.isFetching}>
            {minor && picked.length > 0
              ? say('goodwill.submitAmount', { amount: formatMoney(charge(minor)) })
              : say('goodwill.submit')}
          </Button>
        </div>
      </form>
    </Page>
  )
}
