import type { Schemas } from '@/shared/api'
import { formatMoney } from '@/shared/money'
import { formatMoment } from '@/shared/time'
import { Icon, Notice } from '../../ui'
import { useText } from '../messages'
import { Panel, type PanelProps } from './Panel'

/** What the case asks the customer to pay. */
export function Payment({ one }: PanelProps) {
  const t = useText()
  const { payment } = one
  if (!payment) return null
  const amount = formatMoney(payment.amount)
  if (payment.state !== 'waiting' || one.stage !== 'pay')
    return (
      <Panel title={t(`pay.${payment.purpose}`)}>
        <p className={payment.state === 'paid' ? 'verdict good' : 'verdict'}>
          {payment.state === 'paid' ? t('pay.paid', { amount }) : t('pay.notPaid')}
        </p>
      </Panel>
    )
  return (
    <Panel tone="act" title={t(`pay.${payment.purpose}`)}>
      <p className="big figures">{amount}</p>
      <p>{t(`pay.${payment.purpose}Lead`)}</p>
    </Panel>
  )
}

const rails = ['alipay', 'wechat', 'balance', 'coupon', 'points'] as const

/** The refund: each part of it, where it goes, and whether it is there. */
export function Refund({ one }: PanelProps) {
  const t = useText()
  const { refund, legs } = one
  if (legs.length === 0 && !refund?.waits_for) return null
  const railOf = (leg: Schemas['Leg']) => {
    const rail = rails.find((code) => code === leg.rail)
    return rail ? t(`refund.${rail}`) : leg.rail
  }
  const waits = refund?.waits_for
  const redirected = refund?.consents.at(-1)
  return (
    <Panel
      title={t('refund.title')}
      aside={<span className="fine">{t('refund.way')}</span>}
      tone={waits === 'customer_consent' ? 'act' : undefined}
    >
      <ul className="legs">
        {legs.map((leg) => (
          <li key={leg.key} className={leg.status}>
            <span className="leg-mark" aria-hidden="true">
              <Icon
                name={leg.status === 'succeeded' ? 'check' : leg.status === 'failed' ? 'alert' : 'clock'}
                size={18}
              />
            </span>
            <span className="row-words">
              <span className="row-title">{railOf(leg)}</span>
              <span className="row-note figures">
                {leg.status === 'succeeded' && leg.settled_at
                  ? t('refund.arrivedAt', { time: formatMoment(leg.settled_at) })
                  : leg.status === 'intended'
                    ? t('refund.notBefore', { time: formatMoment(leg.not_before) })
                    : t(`refund.${leg.status}`)}
              </span>
            </span>
            <b className="figures">{formatMoney(leg.amount)}</b>
          </li>
        ))}
      </ul>
      {waits && (
        <Notice tone={waits === 'customer_consent' ? 'act' : 'wait'} title={t('refund.blocked')}>
          {t(`refund.${waits}`)}
        </Notice>
      )}
      {redirected && (
        <Notice tone={redirected.redirected ? 'good' : 'wait'}>
          {t(redirected.redirected ? 'refund.redirected' : 'refund.consented')}
        </Notice>
      )}
    </Panel>
  )
}

/** What the freight insurance pays of the way back. */
export function Insurance({ one }: PanelProps) {
  const t = useText()
  const claim = one.insurance
  if (!claim) return null
  const amount = formatMoney(claim.state === 'paid' ? claim.paid : claim.amount)
  return (
    <Panel title={t('insurance.title')}>
      <p className={claim.state === 'paid' ? 'verdict good' : 'verdict'}>{t(`insurance.${claim.state}`, { amount })}</p>
    </Panel>
  )
}
