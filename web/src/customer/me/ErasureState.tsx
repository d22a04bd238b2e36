import type { ReactNode } from 'react'
import { formatMoment, formatSpan, useNow } from '@/shared/time'
import { Button, Icon } from '../ui'
import type { Erasure } from './account'
import { certificateOf } from './certificate'
import { useText } from './messages'
import { saveFile } from './saveFile'

const steps = ['cooling', 'ending', 'erasing', 'proving', 'done'] as const

/** How far an erasure is, and in the end what was erased, searched and kept. */
export function ErasureState({ erasure, children }: { erasure: Erasure; children?: ReactNode }) {
  const t = useText()
  const now = useNow()
  const state = erasure.state === 'held' ? 'ending' : erasure.state
  const at = steps.findIndex((step) => step === (state === 'unproven' ? 'proving' : state))
  return (
    <section className="card padded stack" aria-label={t('erasure.progress')}>
      <h2 className="me-title">{t(`erasure.state.${state}`)}</h2>
      <p>{t(`erasure.stateNote.${state}`)}</p>
      {state !== 'cancelled' && (
        <ol className="marks stages" aria-label={t('erasure.progress')}>
          {steps.map((step, n) => (
            <li
              key={step}
              className={n < at || state === 'done' ? 'done' : n === at ? 'now' : ''}
              aria-current={n === at ? 'step' : undefined}
            >
              <i aria-hidden="true">{(n < at || state === 'done') && <Icon name="check" size={14} />}</i>
              {t(`erasure.state.${step}`)}
            </li>
          ))}
        </ol>
      )}
      {state === 'cooling' && (
        <p className="figures">
          {t('erasure.until', { time: formatMoment(erasure.erase_at) })} ·{' '}
          {t('erasure.left', { span: formatSpan(Date.parse(erasure.erase_at) - now) })}
        </p>
      )}
      {erasure.open_cases > 0 && <p>{t('erasure.openCases', { count: erasure.open_cases })}</p>}
      {erasure.open_money > 0 && <p>{t('erasure.openMoney', { count: erasure.open_money })}</p>}
      <dl className="facts">
        <div>
          <dt>{t('erasure.askedAt')}</dt>
          <dd className="figures">{formatMoment(erasure.asked_at)}</dd>
        </div>
        {erasure.erased_at && (
          <div>
            <dt>{t('erasure.erasedAt')}</dt>
            <dd className="figures">{formatMoment(erasure.erased_at)}</dd>
          </div>
        )}
        {erasure.ended_at && state === 'done' && (
          <div>
            <dt>{t('erasure.endedAt')}</dt>
            <dd className="figures">{formatMoment(erasure.ended_at)}</dd>
          </div>
        )}
      </dl>
      <Proof erasure={erasure} />
      {children}
    </section>
  )
}

function Proof({ erasure }: { erasure: Erasure }) {
  const t = useText()
  const proof = certificateOf(erasure.certificate)
  if (!proof) return null
  const file = () =>
    saveFile(
      'erasure-certificate.json',
      new Blob([JSON.stringify(erasure.certificate, null, 2)], { type: 'application/json' }),
    )
  return (
    <div className="stack">
      <h3 className="me-title">{t('erasure.certificate')}</h3>
      <ul className="points">
        <li>{t('erasure.proof.gone', { count: proof.gone })}</li>
        <li>{t('erasure.proof.searched', { count: proof.searched, words: proof.words, found: proof.found })}</li>
        {proof.unreadable && <li>{t('erasure.proof.unreadable')}</li>}
        <li>{t('erasure.points.d')}</li>
      </ul>
      {erasure.sha256 && (
        <p className="row-note">
          {t('erasure.digest')}
          <span className="secret-words small">{erasure.sha256}</span>
        </p>
      )}
      <Button icon="save" wide onClick={file}>
        {t('erasure.save')}
      </Button>
    </div>
  )
}
