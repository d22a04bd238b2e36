import { useState } from 'react'
import type { Schemas } from '@/shared/api'
import { Button, Failure, Icon, Skeleton } from '../ui'
import { useKnown } from './account'
import { Correct } from './Correct'
import { type T, useText } from './messages'

const languages: Record<string, string> = { 'zh-CN': '简体中文', en: 'English' }
const counted = [
  'orders',
  'cases',
  'evidence',
  'texts',
  'conversations',
  'notifications',
  'sessions',
  'consents',
  'corrections',
  'shops',
] as const

/** What is known about oneself: masked, how much of it, why, and for how long. */
export function Known() {
  const t = useText()
  const known = useKnown()
  const [correcting, setCorrecting] = useState(false)
  const [open, setOpen] = useState(false)
  const told = known.data
  return (
    <section aria-labelledby="known">
      <h2 className="section-title" id="known">
        {t('privacy.known')}
      </h2>
      {known.isError ? (
        <Failure error={known.error} onRetry={() => void known.refetch()} />
      ) : !told ? (
        <Skeleton rows={1} kind="card" />
      ) : (
        <div className="card padded stack">
          <div className="me-head">
            <p className="row-note">{t('privacy.knownLead')}</p>
            <Button className="small" icon="edit" onClick={() => setCorrecting(true)}>
              {t('privacy.correct')}
            </Button>
          </div>
          <dl className="facts">
            <div>
              <dt>{t('privacy.name')}</dt>
              <dd>{told.name || t('privacy.none')}</dd>
            </div>
            <div>
              <dt>{t('privacy.phone')}</dt>
              <dd className="figures">{told.phone ?? t('privacy.none')}</dd>
            </div>
            <div>
              <dt>{t('privacy.language')}</dt>
              <dd>{languages[told.language] ?? told.language}</dd>
            </div>
            <div>
              <dt>{t('privacy.since')}</dt>
              <dd className="figures">{new Date(told.since).toLocaleDateString()}</dd>
            </div>
          </dl>
          <ul className="counts figures" aria-label={t('privacy.counts')}>
            {counted.map((what) =>
              (told.counts[what] ?? 0) > 0 ? (
                <li key={what}>
                  <b>{told.counts[what]}</b>
                  {t(`privacy.count.${what}`)}
                </li>
              ) : null,
            )}
          </ul>
          <button type="button" className="fold-button" aria-expanded={open} onClick={() => setOpen(!open)}>
            {t('privacy.kept')}
            <Icon name="down" size={18} />
          </button>
          {open && (
            <ul className="kept">
              {told.kept
                .filter((one) => one.yours)
                .map((one) => (
                  <li key={one.kind}>
                    <p>{one.kind}</p>
                    <p className="row-note">{lasts(t, one)}</p>
                    <p className="row-note">{t('privacy.why', { why: one.why })}</p>
                  </li>
                ))}
            </ul>
          )}
        </div>
      )}
      {correcting && <Correct onClose={() => setCorrecting(false)} />}
    </section>
  )
}

/** How long something is kept, as a sentence. */
function lasts(t: T, { days, from, until }: Schemas['Kept']): string {
  if (days !== undefined && days > 0)
    return from
      ? t('privacy.keptDays', { from, count: days, until })
      : t('privacy.keptDaysBare', { count: days, until })
  return from ? t('privacy.keptFrom', { from, until }) : until
}
