import type { Schemas } from '@/shared/api'
import { Link } from '@tanstack/react-router'
import { useMe } from '@/app/session'
import { MoneyText } from '@/ui/MoneyText'
import { type Case, useVariants } from '../api/case'
import { useText } from '../messages'
import { canDo } from '../model/actions'
import css from './case.module.css'
import { Reveal } from './Reveal'

const look = (what: { colour?: string; size?: string } | undefined) =>
  [what?.colour, what?.size].filter(Boolean).join(' / ')

/** What it is to be exchanged for, as the shop sells it; a variant that it sells no more has only its number left. */
function Wanted(props: { orderID: string; lineID: string; quantity: number; variantID: string }) {
  const variants = useVariants(props.orderID, props.lineID, props.quantity).data
  return variants && <> → {look(variants.find(({ id }) => id === props.variantID)) || props.variantID}</>
}

/** What the case is about: the order's lines, of which order, to whom. */
export function Goods({ one, order }: { one: Case; order: Schemas['Order'] | undefined }) {
  const say = useText()
  const me = useMe()
  const line = (id: string) => order?.lines.find((each) => each.id === id)
  return (
    <>
      <ul className={css.goods}>
        {one.lines.map(({ line_id, quantity, variant_id }) => {
          const bought = line(line_id)
          const quoted = one.quote.lines.find((each) => each.line_id === line_id)
          return (
            <li key={line_id}>
              <span className={css.goodsName}>
                {bought?.title ?? line_id}
                <small>
                  {look(bought)}
                  {variant_id && variant_id !== bought?.variant_id && (
                    <Wanted orderID={one.order_id} lineID={line_id} quantity={quantity} variantID={variant_id} />
                  )}
                </small>
              </span>
              <span className="figures">× {quantity}</span>
              {quoted && <MoneyText value={quoted.amount} />}
            </li>
          )
        })}
        {one.lines.length === 0 && <li>{say('goods.service')}</li>}
      </ul>
      <dl className={css.pairs}>
        <div>
          <dt>{say('goods.order')}</dt>
          <dd>
            <code>{one.order_id}</code>
          </dd>
        </div>
        {order && (
          <div>
            <dt>{say('goods.paid')}</dt>
            <dd>
              <MoneyText value={order.paid} />
            </dd>
          </div>
        )}
        {order?.recipient && (
          <div>
            <dt>{say('goods.recipient')}</dt>
            <dd>
              {order.recipient.name} <span className="figures">{order.recipient.phone}</span>
              <small>{[order.recipient.province, order.recipient.city].filter(Boolean).join(' ')}</small>
            </dd>
          </div>
        )}
      </dl>
      {(me.role === 'merchant' || me.role === 'agent' || me.role === 'supervisor') && order?.recipient && (
        <Reveal what="order" id={one.order_id} />
      )}
      {canDo(one, 'reveal_customer') && <Reveal what="customer" id={one.customer_id} />}
      {(me.role === 'agent' || me.role === 'supervisor') && order && (
        <Link to="/goodwill" search={{ order: one.order_id }} className={css.aside}>
          {say('goods.goodwill')}
        </Link>
      )}
    </>
  )
}
