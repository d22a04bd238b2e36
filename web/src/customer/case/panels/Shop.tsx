import type { Schemas } from '@/shared/api'
import { formatMoney } from '@/shared/money'
import { formatSpan } from '@/shared/time'
import { Button } from '../../ui'
import { EvidenceGrid, piecesOf } from '../Evidence'
import { Formula } from '../Formula'
import { type T, useText } from '../messages'
import { Panel, type PanelProps, Quoted } from './Panel'

/** What the shop said to the request, and what it rests on. */
export function ShopAnswer({ one, pieces }: PanelProps) {
  const t = useText()
  const answer = one.merchant_answer
  if (!answer || (one.open && one.stage === 'offer')) return null
  const tone = answer.decision === 'refuse' ? 'bad' : answer.decision === 'agree' ? 'good' : undefined
  return (
    <Panel title={t('answer.title')}>
      <p className={tone ? `verdict ${tone}` : 'verdict'}>{t(`answer.${wordOf(answer)}`)}</p>
      <Quoted words={one.texts[answer.text_id ?? '']} />
      <EvidenceGrid pieces={piecesOf(pieces, answer.evidence)} label={t('answer.evidence')} />
    </Panel>
  )
}

function wordOf(
  answer: NonNullable<PanelProps['one']['merchant_answer']>,
): 'agree' | 'agreeKeep' | 'agreeTime' | 'agreeRule' | 'refuse' | 'offer' | 'ask' {
  if (answer.decision !== 'agree') return answer.decision
  return answer.by_time ? 'agreeTime' : answer.by_rule ? 'agreeRule' : answer.keep_goods ? 'agreeKeep' : 'agree'
}

/** An offer stands for what the shop said with it. */
const offering = (one: PanelProps['one']) => one.open && (one.stage === 'offer' || one.stage === 'difference')

/** A smaller amount that the shop offers, or that the inspection leaves. */
export function Offer({ one, pieces }: PanelProps) {
  const t = useText()
  const { offer } = one
  if (!offer || !offering(one)) return null
  const amount = formatMoney(offer.amount)
  const part = one.stage === 'difference'
  return (
    <Panel tone="act" title={part ? t('offer.partTitle', { amount }) : t('offer.title', { amount })}>
      <p>
        {part
          ? t('offer.partLead', { what: differenceOf(t, one.inspection) })
          : t('offer.lead', { asked: formatMoney(one.amount) })}
      </p>
      <Quoted words={one.texts[offer.text_id ?? (part ? one.inspection?.text_id : undefined) ?? '']} />
      {part && (
        <EvidenceGrid pieces={piecesOf(pieces, one.inspection?.evidence ?? [])} label={t('difference.evidence')} />
      )}
      <Formula quote={offer.quote} orderID={one.order_id} />
    </Panel>
  )
}

const differences = ['empty', 'wrong', 'used', 'short', 'damaged'] as const

function differenceOf(t: T, found: Schemas['Inspection'] | undefined): string {
  const code = differences.find((one) => one === found?.difference)
  const words = [
    code ? t(`difference.${code}`) : '',
    found?.missing_units ? t('difference.missing', { count: found.missing_units }) : '',
  ]
  return words.filter(Boolean).join('，')
}

/** What the shop found in the parcel, once that is settled. */
export function Inspected({ one, pieces }: PanelProps) {
  const t = useText()
  const found = one.inspection
  if (!found || one.stage === 'difference') return null
  const what = differenceOf(t, found)
  return (
    <Panel title={t('difference.title')}>
      <p className={what ? 'verdict bad' : 'verdict good'}>
        {what || t(found.by_time ? 'difference.byTime' : 'difference.fine')}
      </p>
      {found.grams !== undefined && found.grams > 0 && (
        <p className="fine figures">{t('difference.weight', { grams: found.grams })}</p>
      )}
      <Quoted words={one.texts[found.text_id ?? '']} />
      <EvidenceGrid pieces={piecesOf(pieces, found.evidence)} label={t('difference.evidence')} />
    </Panel>
  )
}

/** More time that the shop asks for. */
export function Extension({ one, onAct }: PanelProps) {
  const t = useText()
  if (!one.extension || !one.open) return null
  return (
    <Panel tone="act" title={t('extension.title', { span: formatSpan(one.extension.seconds * 1000) })}>
      <p>{t('extension.lead')}</p>
      <div className="panel-acts">
        <Button onClick={() => onAct({ name: 'answer_extension', say: 'no' })}>{t('extension.no')}</Button>
        <Button kind="primary" onClick={() => onAct({ name: 'answer_extension', say: 'yes' })}>
          {t('extension.yes')}
        </Button>
      </div>
    </Panel>
  )
}

/** What a customer can do about a refusal. */
export function Refused({ one }: PanelProps) {
  const t = useText()
  if (one.stage !== 'refused' || !one.open) return null
  return (
    <Panel tone="act" title={t('refused.title')}>
      <p>{one.edits_left > 0 ? t('refused.lead', { count: one.edits_left }) : t('refused.leadNone')}</p>
    </Panel>
  )
}
