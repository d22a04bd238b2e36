import { Input, Select } from 'antd'
import { useState } from 'react'
import { CommandForm, type FormProps, useOrder, useVariants } from '@/features/case/parts'
import { Field } from '@/ui/Field'
import { useCarriers } from '../api/shop'
import { useText } from '../messages'
import { serialsOf } from '../model/serials'
import css from './forms.module.css'

/** The waybill of what goes to the customer: the replacement, the repaired item, or an item going back as it was. */
export default function ShipForm(props: FormProps) {
  const { one } = props
  const say = useText()
  const carriers = useCarriers()
  const order = useOrder(one.order_id).data
  const before = one.delivery?.parcel
  const [carrier, setCarrier] = useState(before?.carrier ?? '')
  const [number, setNumber] = useState(before?.number ?? '')
  const [typed, setTyped] = useState('')
  const serials = serialsOf(typed)
  const exchanged = one.exchange && !one.exchange.to_refund ? one.exchange.lines : []
  return (
    <CommandForm
      {...props}
      name="ship_replacement"
      content={{ carrier, number: number.trim(), ...(serials.length > 0 ? { serials: [...serials] } : {}) }}
      missing={carrier === '' ? say('ship.needCarrier') : number.trim() === '' ? say('ship.needNumber') : undefined}
      submit={before ? say('ship.correct') : say('ship.submit')}
    >
      {(wrong) => (
        <>
          <div className={css.facts}>
            <p>{say('ship.what')}</p>
            <ul>
              {exchanged.length > 0
                ? exchanged.map((line) => (
                    <Replacement
                      key={line.line_id}
                      orderID={one.order_id}
                      lineID={line.line_id}
                      variantID={line.variant_id}
                      quantity={line.quantity}
                      title={order?.lines.find(({ id }) => id === line.line_id)?.title ?? line.line_id}
                    />
                  ))
                : one.lines.map((line) => (
                    <li key={line.line_id}>
                      <span>{order?.lines.find(({ id }) => id === line.line_id)?.title ?? line.line_id}</span>
                      <b className="figures">× {line.quantity}</b>
                    </li>
                  ))}
            </ul>
          </div>
          {before && <p className={css.note}>{say('ship.correctHint')}</p>}
          <Field label={say('ship.carrier')} error={wrong('carrier')}>
            {(control) => (
              <Select
                {...control}
                showSearch={{ optionFilterProp: 'label' }}
                value={carrier || null}
                placeholder={say('form.choose')}
                loading={carriers.isPending}
                onChange={setCarrier}
                options={(carriers.data ?? []).map(({ code, name }) => ({ value: code, label: name }))}
              />
            )}
          </Field>
          <Field label={say('ship.number')} error={wrong('number')}>
            {(control) => (
              <Input
                {...control}
                autoComplete="off"
                spellCheck={false}
                maxLength={40}
                value={number}
                onChange={(event) => setNumber(event.target.value)}
              />
            )}
          </Field>
          {exchanged.length > 0 && (
            <Field
              label={say('ship.serials')}
              optional={say('form.optional')}
              hint={say('ship.serialsHint')}
              error={wrong('serials')}
            >
              {(control) => (
                <Input.TextArea
                  {...control}
                  autoSize={{ minRows: 2, maxRows: 8 }}
                  spellCheck={false}
                  value={typed}
                  onChange={(event) => setTyped(event.target.value)}
                />
              )}
            </Field>
          )}
          <p className={css.note}>{say('ship.whereTo')}</p>
        </>
      )}
    </CommandForm>
  )
}

interface Line {
  orderID: string
  lineID: string
  variantID: string
  quantity: number
  title: string
}

function Replacement({ orderID, lineID, variantID, quantity, title }: Line) {
  const variants = useVariants(orderID, lineID, quantity).data
  const variant = variants?.find(({ id }) => id === variantID)
  const look = [variant?.colour, variant?.size].filter(Boolean).join(' / ')
  return (
    <li>
      <span>
        {title}
        <small>{look || variantID}</small>
      </span>
      <b className="figures">× {quantity}</b>
    </li>
  )
}
