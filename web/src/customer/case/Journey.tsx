import { Icon } from '../ui'
import { type T, useText } from './messages'
import { journeyOf, type Milestone } from './model/journey'
import type { Case } from './queries'

/** How far a case has come, at a glance. */
export function Journey({ one }: { one: Case }) {
  const t = useText()
  const { steps, at, broken } = journeyOf(one)
  const now = steps[at]
  const label = broken
    ? t('journey.stopped_short')
    : now
      ? t('journey.now', { step: nameOf(t, one, now), count: steps.length })
      : t('journey.allDone')
  return (
    <div className="card padded">
      <p className="unseen">{label}</p>
      <ol className={broken ? 'marks journey broken' : 'marks journey'} aria-label={t('journey.title')}>
        {steps.map((step, n) => (
          <li
            key={step}
            className={n < at ? 'done' : n === at ? 'now' : ''}
            aria-current={n === at ? 'step' : undefined}
          >
            <i aria-hidden="true">{n < at && <Icon name="check" size={14} />}</i>
            <span>{nameOf(t, one, step)}</span>
          </li>
        ))}
        {broken && (
          <li className="now">
            <i aria-hidden="true">
              <Icon name="minus" size={14} />
            </i>
            <span>{one.words.outcome ?? t('journey.stopped_short')}</span>
          </li>
        )}
      </ol>
    </div>
  )
}

function nameOf(t: T, one: Case, step: Milestone): string {
  if (step === 'sent' && one.outbound?.way === 'intercept') return t('journey.stopped')
  if (step === 'checked' && one.kind === 'repair') return t('journey.examined')
  if (step === 'asked' && one.kind === 'complaint') return t('journey.settling')
  return t(`journey.${step}`)
}
