import { useState } from 'react'
import { useMe } from '@/app/session'
import { api, sending, take } from '@/shared/api'
import { formatMoney, parseYuan } from '@/shared/money'
import { MutationForm } from '@/ui/MutationForm'
import { charge, useRefresh } from '../api/commands'
import { useText } from '../messages'
import type { FormProps } from './CommandForm'
import { AmountField, ChoiceField } from './fields'

const causes = ['late_difference', 'paid_twice', 'goods_not_returned', 'paid_in_error'] as const

/** Money that should not have been paid is claimed back, from one side, with a fresh factor. The server knows how much is left to claim. */
export function RecoveryForm({ one, action, onDone, onCancel }: FormProps) {
  const say = useText()
  const { limit } = useMe()
  const refresh = useRefresh(one)
  const [from, setFrom] = useState<'customer' | 'merchant' | ''>('')
  const [cause, setCause] = useState<(typeof causes)[number] | ''>('')
  const [amount, setAmount] = useState('')
  const minor = parseYuan(amount)
  const above = minor !== null && limit !== undefined && minor > limit.minor
  const sum = formatMoney(charge(minor ?? 0))
  const missing =
    from === '' || cause === ''
      ? say('form.choose')
      : !minor
        ? say('form.noAmount')
        : above
          ? say('recovery.above', { amount: formatMoney(limit) })
          : undefined
  return (
    <MutationForm
      content={{ from: from || ('customer' as const), cause, amount: charge(minor ?? 0) }}
      send={(body, { key }) =>
        take(
          api.POST('/v1/cases/{id}/recovery', {
            params: { path: { id: one.id }, header: { 'Idempotency-Key': key } },
            body,
            fetch: sending({
              about: {
                title: action.label,
                facts: [
                  [say('fact.amount'), sum],
                  [say('recovery.from'), from && say(`side.${from}`)],
                  [say('decide.case'), one.id],
                ],
              },
            }),
          }),
        )
      }
      onDone={() => {
        void refresh()
        onDone()
      }}
      revision={one.revision}
      refresh={refresh}
      submit={minor ? say('recovery.submit', { amount: sum }) : action.label}
      missing={missing}
      onCancel={onCancel}
    >
      {(wrong) => (
        <>
          <ChoiceField
            label={say('recovery.from')}
            row
            value={from}
            onChange={setFrom}
            error={wrong('from')}
            options={[
              { value: 'customer', label: say('side.customer') },
              { value: 'merchant', label: say('side.merchant') },
            ]}
          />
          <ChoiceField
            label={say('recovery.cause')}
            value={cause}
            onChange={setCause}
            error={wrong('cause')}
            options={causes.map((value) => ({ value, label: say(`recovery.${value}`) }))}
          />
          <AmountField
            label={say('recovery.amount')}
            hint={say('recovery.hint', { amount: formatMoney(one.refunded) })}
            value={amount}
            onChange={setAmount}
            error={wrong('amount.minor')}
          />
        </>
      )}
    </MutationForm>
  )
}
