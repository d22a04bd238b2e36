import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, isProblem, take } from '@/shared/api'
import { useIntention } from '@/shared/idempotency'
import { language } from '@/shared/language'
import { formatMoment } from '@/shared/time'
import { Button, Failure, Sheet, Skeleton, toast, WentWrong } from '../ui'
import { consentsKey, type Stand, useConsents } from './account'
import { Ask } from './Ask'
import { Markdown } from './Markdown'
import { useText } from './messages'
import { Switch } from './Switch'
import { useAct } from './useAct'

/** What one agreed to, purpose by purpose, each with its text; any of it can be given or taken back. */
export function Consents() {
  const t = useText()
  const stands = useConsents()
  return (
    <section aria-labelledby="consents">
      <h2 className="section-title" id="consents">
        {t('privacy.consents')}
      </h2>
      <p className="lead me-lead">{t('privacy.consentsLead')}</p>
      {stands.isError ? (
        <Failure error={stands.error} onRetry={() => void stands.refetch()} />
      ) : !stands.data ? (
        <Skeleton rows={3} />
      ) : (
        <ul className="card rows">
          {stands.data.map((stand) => (
            <Consent key={stand.notice.purpose} stand={stand} />
          ))}
        </ul>
      )}
    </section>
  )
}

function Consent({ stand }: { stand: Stand }) {
  const t = useText()
  const client = useQueryClient()
  const intention = useIntention()
  const { run, busy, error } = useAct()
  const [open, setOpen] = useState<'text' | 'withdraw' | null>(null)
  const { notice } = stand
  const say = async (given: boolean) => {
    // The switch moves at once; it moves back when the word did not arrive.
    const before = client.getQueryData<readonly Stand[]>(consentsKey())
    const at = new Date().toISOString()
    client.setQueryData<readonly Stand[]>(consentsKey(), (all) =>
      all?.map((one) =>
        one.notice.purpose === notice.purpose ? { ...one, given, said_at: at, version: notice.version } : one,
      ),
    )
    const body = {
      purpose: notice.purpose,
      given,
      version: notice.version,
      language: language(),
      channel: 'web' as const,
    }
    try {
      const { items } = await take(
        api.POST('/v1/privacy/consents', { params: { header: { 'Idempotency-Key': intention.key(body) } }, body }),
      )
      intention.done()
      client.setQueryData(consentsKey(), items)
      toast(t('privacy.changed'))
    } catch (failure) {
      client.setQueryData(consentsKey(), before)
      if (isProblem(failure, 'notice_out_of_date')) await client.invalidateQueries({ queryKey: consentsKey() })
      throw failure
    }
  }
  const turn = () => (stand.given && stand.needed ? setOpen('withdraw') : void run(() => say(!stand.given)))
  return (
    <li className="consent">
      <div className="consent-head">
        <div className="row-words">
          <h3>{notice.title}</h3>
          <p className="row-note figures">
            {stand.needed && <span className="tag">{t('privacy.needed')}</span>}{' '}
            {stand.said_at &&
              t('privacy.said', {
                time: formatMoment(stand.said_at),
                what: t(stand.given ? 'privacy.gave' : 'privacy.took'),
              })}
          </p>
        </div>
        <Switch label={notice.title} on={stand.given} busy={busy} onTurn={turn} />
      </div>
      <button
        type="button"
        className="fold-button"
        onClick={() => setOpen('text')}
        aria-label={`${t('privacy.read')}: ${notice.title}`}
      >
        {t('privacy.read')}
      </button>
      <WentWrong error={error} />
      {open === 'text' && (
        <Sheet
          title={notice.title}
          lead={t('privacy.version', { version: notice.version, time: formatMoment(notice.published_at) })}
          onClose={() => setOpen(null)}
          foot={
            <Button wide onClick={() => setOpen(null)}>
              {t('done.close')}
            </Button>
          }
        >
          <Markdown text={notice.text} />
        </Sheet>
      )}
      {open === 'withdraw' && (
        <Ask
          title={t('privacy.withdrawTitle')}
          lead={t('privacy.withdrawLead')}
          go={t('privacy.withdrawGo')}
          keep={t('privacy.keep')}
          onClose={() => setOpen(null)}
          work={() => say(false)}
        />
      )}
    </li>
  )
}
