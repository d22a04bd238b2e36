import { useEffect, useState } from 'react'
import type { Schemas } from '@/shared/api'
import { formatMoney } from '@/shared/money'
import { Button, Notice, RadioCards, Sheet, WentWrong } from '../../ui'
import { useCommand } from '../commands'
import { useText } from '../messages'
import type { Case } from '../queries'

const rails = ['alipay', 'wechat'] as const
type Rail = (typeof rails)[number]

/** Where to pay what the case asks for. The way there opens in a window of its own; this one waits for what comes of it. */
export function PayForm({ one, payment, onClose }: { one: Case; payment: Schemas['Payment']; onClose: () => void }) {
  const t = useText()
  const { send, busy, error, changed, looked } = useCommand(one, 'start_payment')
  const open = (rail: Rail) =>
    payment.charges.find((charge) => charge.rail === rail && charge.state === 'open' && charge.url)
  const [rail, setRail] = useState<Rail>(rails.find(open) ?? 'alipay')
  const [away, setAway] = useState(false)
  const charge = open(rail)
  const over = payment.state !== 'waiting'
  useEffect(() => {
    if (over) onClose()
  }, [over, onClose])
  const amount = formatMoney(payment.amount)
  return (
    <Sheet
      title={t(`pay.${payment.purpose}`)}
      lead={t(`pay.${payment.purpose}Lead`)}
      onClose={onClose}
      foot={
        changed ? (
          <Button kind="primary" wide onClick={looked}>
            {t('changed.ok')}
          </Button>
        ) : charge?.url ? (
          <a
            className="button primary wide"
            href={charge.url}
            target="_blank"
            rel="noopener"
            onClick={() => setAway(true)}
          >
            <span>{t('pay.open', { rail: t(`pay.${rail}`) })}</span>
          </a>
        ) : (
          <Button kind="primary" wide busy={busy} onClick={() => void send({ rail })}>
            {t('pay.start', { rail: t(`pay.${rail}`) })}
          </Button>
        )
      }
    >
      <div className="form">
        <p className="big figures">{amount}</p>
        <RadioCards
          legend={t('pay.how')}
          value={rail}
          onChange={setRail}
          options={rails.map((value) => ({
            value,
            label: t(`pay.${value}`),
            note: open(value) ? t('pay.waiting') : undefined,
          }))}
        />
        {away && <Notice tone="wait">{t('pay.opened')}</Notice>}
        {changed && (
          <Notice tone="act" title={t('changed.title')}>
            {t('changed.kept')}
          </Notice>
        )}
        <WentWrong error={error} />
      </div>
    </Sheet>
  )
}
