import type { Schemas } from '@/shared/api'
import { formatMoney } from '@/shared/money'
import { formatMoment } from '@/shared/time'
import { EvidenceGrid, piecesOf } from '../Evidence'
import { type T, useText } from '../messages'
import { Panel, type PanelProps, Quoted } from './Panel'
import { partyOf, payerOf } from './Request'

/** What the platform decided, in words: what comes of it, why, and by which rules and evidence. */
export function Judgment({ one, pieces, judgment }: PanelProps & { judgment: Schemas['Judgment'] }) {
  const t = useText()
  const appealed = (one.complaint?.appeals.length ?? 0) > 0
  const carried = (['merchant', 'platform', 'customer'] as const).find((who) => who === judgment.carried_by)
  const { freight } = judgment
  return (
    <Panel
      tone="review"
      title={t(appealed ? 'judgment.again' : 'judgment.title')}
      aside={<span className="fine figures">{formatMoment(judgment.at)}</span>}
    >
      <p className="big">{outcomeOf(t, judgment)}</p>
      <Quoted words={one.texts[judgment.text_id ?? '']} />
      <ul className="points">
        {judgment.liability && (
          <li>
            {judgment.liability === 'unclear'
              ? t('judgment.unclear')
              : t('judgment.liability', { who: partyOf(t, judgment.liability) })}
          </li>
        )}
        {judgment.amount.minor > 0 && <li>{t(judgment.goods_back ? 'judgment.goodsBack' : 'judgment.goodsKept')}</li>}
        {freight.back && judgment.goods_back && <li>{t('judgment.freightBack', { who: payerOf(t, freight.back) })}</li>}
        {judgment.remedies.map((remedy) => (
          <li key={remedy.kind}>{remedyOf(t, remedy)}</li>
        ))}
        {carried && <li>{t(`judgment.carried${carried}`)}</li>}
      </ul>
      {judgment.rules.length > 0 && (
        <>
          <h3>{t('judgment.rules')}</h3>
          <ul className="points">
            {judgment.rules.map((rule) => (
              <li key={rule}>{one.citations.find((other) => other.rule === rule)?.text ?? rule}</li>
            ))}
          </ul>
        </>
      )}
      {judgment.evidence.length > 0 && (
        <>
          <h3>{t('judgment.evidence')}</h3>
          <EvidenceGrid pieces={piecesOf(pieces, judgment.evidence)} label={t('judgment.evidence')} />
        </>
      )}
    </Panel>
  )
}

function outcomeOf(t: T, judgment: Schemas['Judgment']): string {
  const amount = formatMoney(judgment.amount)
  const known = (['refund', 'partial', 'refuse', 'remedy', 'uphold'] as const).find((one) => one === judgment.outcome)
  return known ? t(`judgment.${known}`, { amount }) : judgment.outcome
}

function remedyOf(t: T, remedy: Schemas['RemedyShown']): string {
  switch (remedy.kind) {
    case 'apology':
      return t('judgment.apology')
    case 'coupon':
      return t('judgment.coupon', { amount: formatMoney(remedy.coupon) })
    case 'points':
      return t('judgment.points', { count: remedy.points ?? 0 })
    default:
      return t('judgment.rectification')
  }
}
