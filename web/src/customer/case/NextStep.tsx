import { formatMoney } from '@/shared/money'
import { formatMoment, formatSpan } from '@/shared/time'
import { Icon } from '../ui'
import { toneOf } from '../cases/CaseRow'
import { useText } from './messages'
import { type Case, useDeadline } from './queries'

/** Always in sight: who must act, how long that may take, and what happens when it takes longer. */
export function NextStep({ one }: { one: Case }) {
  const t = useText()
  const deadline = useDeadline(one)
  const yours = one.next?.yours === true
  const tone = toneOf(one)
  if (!one.open) {
    return (
      <section className={`next ${tone}`} aria-label={t('next.title')}>
        <div className="next-in">
          <p className="next-text">
            <Icon name={tone === 'good' ? 'check' : 'info'} size={20} />
            {one.words.outcome ?? t('next.ended')}
            {one.refunded.minor > 0 && (
              <b className="figures next-money">{t('next.back', { amount: formatMoney(one.refunded) })}</b>
            )}
          </p>
          {one.closed_at && (
            <p className="next-zero figures">{t('next.endedAt', { time: formatMoment(one.closed_at) })}</p>
          )}
        </div>
      </section>
    )
  }
  return (
    <section className={`next ${tone}`} aria-label={t('next.title')}>
      <div className="next-in">
        <div className="next-head">
          <p className="next-text">
            {yours && <span className="next-mine">{t('next.yours')}</span>}
            <span>{one.next?.text ?? one.words.stage}</span>
          </p>
          {deadline ? (
            <p
              className={deadline.soon ? 'next-left figures soon' : 'next-left figures'}
              title={formatMoment(one.due_at ?? '')}
            >
              <Icon name="clock" size={16} />
              {deadline.passed ? (
                <span className="unseen">{t('next.over')}</span>
              ) : (
                <span>{t('next.left', { span: formatSpan(deadline.left) })}</span>
              )}
            </p>
          ) : (
            one.next?.paused && <p className="next-left">{t('next.paused')}</p>
          )}
        </div>
        {deadline?.passed ? (
          <p className="next-zero">{t('next.over')}</p>
        ) : (
          one.next?.at_zero !== undefined &&
          one.next.at_zero !== '' && (
            <p className="next-zero figures">
              {one.due_at
                ? t('next.until', { time: formatMoment(one.due_at), then: one.next.at_zero })
                : one.next.at_zero}
            </p>
          )
        )}
      </div>
      {deadline && (
        <div className="next-bar" aria-hidden="true">
          <i style={{ inlineSize: `${(deadline.share * 100).toFixed(2)}%` }} />
        </div>
      )}
    </section>
  )
}
