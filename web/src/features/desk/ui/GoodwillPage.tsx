import { Input, InputNumber } from 'antd'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useMe } from '@/app/session'
import { useView } from '@/app/view'
import { AmountField, charge, useOrder, WordsField } from '@/features/case/parts'
import { api, type Schemas, sending, take } from '@/shared/api'
import { formatMoney, parseYuan } from '@/shared/money'
import { useErrorText } from '@/ui/Failure'
import { Field } from '@/ui/Field'
import { Page } from '@/ui/Page'
import { useCommand } from '@/ui/useCommand'
import { FormFoot } from '@/ui/FormFoot'
import cell from '@/ui/list.module.css'
import { useText } from '../messages'
import { lackOf, type Quantities, stepsOf, sumOf } from '../model/goodwill'
import css from './desk.module.css'

/** Money that nobody asked for: for some goods of an order, with a word to the customer. */
export default function GoodwillPage() {
  const say = useText()
  const me = useMe()
  const navigate = useNavigate()
  const errorText = useErrorText()
  const [view, change] = useView('order')
  const order = useOrder(view.order ?? '')
  const [typed, setTyped] = useState(view.order ?? '')
  const [chosen, setChosen] = useState<Quantities>({})
  const [amount, setAmount] = useState('')
  const [words, setWords] = useState('')
  const [tried, setTried] = useState(false)
  const lines = order.data?.lines.filter((line) => line.available > 0 && !line.gift) ?? []
  const steps = stepsOf(lines, chosen)
  const most = charge(sumOf(steps))
  const minor = parseYuan(amount)
  const lack = lackOf(steps, minor)
  const missing = !order.data
    ? say('goodwill.needOrder')
    : lack && say(`goodwill.lack.${lack}`, { amount: formatMoney(most) })
  const above = minor !== null && me.limit !== undefined && minor > me.limit.minor
  const { run, busy, error } = useCommand<Schemas['Goodwill'], Schemas['Ack']>({
    send: (body, key) =>
      take(
        api.POST('/v1/goodwill', {
          params: { header: { 'Idempotency-Key': key } },
          body,
          fetch: sending({
            about: {
              title: say('goodwill.title'),
              facts: [
                [say('goodwill.order'), body.order_id],
                [say('goodwill.amount'), formatMoney(charge(minor ?? 0))],
              ],
            },
          }),
        }),
      ),
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
            setChosen({})
            return
          }
          setTried(true)
          if (missing || !minor) return
          void run({
            order_id: view.order ?? '',
            lines: steps.map(({ id, units }) => ({ line_id: id, quantity: units })),
            amount: charge(minor),
            ...(words.trim() ? { text: words.trim() } : {}),
          })
        }}
      >
        <p className={cell.quiet}>{say('goodwill.intro')}</p>
        <Field label={say('goodwill.order')} error={view.order && order.error ? errorText(order.error) : undefined}>
          {(control) => (
            <Input {...control} value={typed} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
          )}
        </Field>
        {order.data && lines.length === 0 && <p role="status">{say('goodwill.nothing')}</p>}
        {lines.length > 0 && (
          <>
            <fieldset className={css.lines}>
              <legend>{say('goodwill.lines')}</legend>
              {lines.map((line) => (
                <label key={line.id} className={css.quantity}>
                  <InputNumber
                    min={0}
                    max={line.available}
                    precision={0}
                    value={chosen[line.id] ?? 0}
                    onChange={(units) => setChosen({ ...chosen, [line.id]: units ?? 0 })}
                  />
                  <span className={cell.two}>
                    <span>{line.title}</span>
                    <small>
                      {say('goodwill.units', {
                        available: line.available,
                        bought: line.quantity,
                        amount: formatMoney(line.paid),
                      })}
                    </small>
                  </span>
                </label>
              ))}
            </fieldset>
            {steps.length > 0 && (
              <table className={css.formula}>
                <caption>{say('goodwill.formula')}</caption>
                <tbody>
                  {steps.map((step) => (
                    <tr key={step.id}>
                      <th scope="row">
                        {step.title} × {step.units}
                      </th>
                      <td className="figures">{formatMoney(charge(step.minor))}</td>
                    </tr>
                  ))}
                </tbody>
                <tfoot>
                  <tr>
                    <th scope="row">{say('goodwill.most')}</th>
                    <td className="figures">{formatMoney(most)}</td>
                  </tr>
                </tfoot>
              </table>
            )}
            <AmountField
              label={say('goodwill.amount')}
              hint={me.limit && say(above ? 'goodwill.above' : 'goodwill.within', { amount: formatMoney(me.limit) })}
              value={amount}
              onChange={setAmount}
            />
            <WordsField label={say('goodwill.words')} value={words} onChange={setWords} optional />
          </>
        )}
        <FormFoot
          error={error}
          busy={busy || order.isFetching}
          missing={tried && missing}
          submit={
            minor && steps.length > 0
              ? say('goodwill.submitAmount', { amount: formatMoney(charge(minor)) })
              : say('goodwill.submit')
          }
        />
      </form>
    </Page>
  )
}
