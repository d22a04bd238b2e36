import { useQueryClient } from '@tanstack/react-query'
import { api, sending, take } from '@/shared/api'
import { useIntention } from '@/shared/idempotency'
import { language } from '@/shared/language'
import { formatMoment } from '@/shared/time'
import { Button, Failure, Icon, Skeleton, WentWrong } from '../ui'
import { type Copy, useCopies } from './account'
import { useText } from './messages'
import { saveFile } from './saveFile'
import { useAct } from './useAct'

/** Copies of one's data: asked for, made, fetched within their day. */
export function Copies() {
  const t = useText()
  const client = useQueryClient()
  const intention = useIntention()
  const copies = useCopies()
  const { run, busy, error } = useAct()
  const all = copies.data ?? []
  const ask = () =>
    run(async () => {
      const body = { language: language() }
      await take(
        api.POST('/v1/privacy/exports', {
          params: { header: { 'Idempotency-Key': intention.key(body) } },
          body,
          fetch: sending({ about: { title: t('privacy.proof') } }),
        }),
      )
      intention.done()
      await client.invalidateQueries({ queryKey: ['privacy', 'copies'] })
    })
  return (
    <section aria-labelledby="copies">
      <h2 className="section-title" id="copies">
        {t('privacy.copy')}
      </h2>
      <div className="card padded stack">
        <p className="row-note">{t('privacy.copyLead')}</p>
        {copies.isError ? (
          <Failure error={copies.error} onRetry={() => void copies.refetch()} />
        ) : !copies.data ? (
          <Skeleton rows={1} />
        ) : (
          all.length > 0 && (
            <ul className="copies">
              {all.slice(0, 5).map((copy) => (
                <OneCopy key={copy.id} copy={copy} />
              ))}
            </ul>
          )
        )}
        <Button
          wide
          icon="save"
          busy={busy}
          disabled={all.some((copy) => copy.state === 'asked')}
          onClick={() => void ask()}
        >
          {t('privacy.ask')}
        </Button>
        <WentWrong error={error} />
      </div>
    </section>
  )
}

function OneCopy({ copy }: { copy: Copy }) {
  const t = useText()
  return (
    <li>
      <p>
        <Icon name={copy.state === 'made' ? 'check' : copy.state === 'asked' ? 'clock' : 'info'} size={18} />{' '}
        {t(`privacy.${copy.state}`)}
      </p>
      <p className="row-note figures">
        {t('privacy.askedAt', { time: formatMoment(copy.asked_at) })}
        {copy.state === 'made' &&
          copy.expires_at &&
          ` · ${t('privacy.until', { time: formatMoment(copy.expires_at) })}`}
      </p>
      {copy.state === 'asked' && <progress aria-label={t('privacy.asked')} />}
      {copy.state === 'made' &&
        copy.parts.map((part) => <Part key={part.n} id={copy.id} part={part} of={copy.parts.length} />)}
    </li>
  )
}

function Part({ id, part, of }: { id: string; part: Copy['parts'][number]; of: number }) {
  const t = useText()
  const { run, busy, error } = useAct()
  const fetchPart = async () => {
    const content = await take(
      api.GET('/v1/privacy/exports/{id}/content', {
        params: { path: { id }, query: { part: part.n } },
        parseAs: 'blob',
        fetch: sending({ about: { title: t('privacy.proof') } }),
      }),
    )
    saveFile(of === 1 ? 'my-data.zip' : `my-data-${part.n}.zip`, content)
  }
  const size = part.bytes < 1 << 20 ? `${Math.ceil(part.bytes / 1024)} KB` : `${(part.bytes / (1 << 20)).toFixed(1)} MB`
  return (
    <div className="copy-part">
      <span className="figures">{t('privacy.part', { n: part.n, size })}</span>
      <Button className="small" kind="primary" busy={busy} onClick={() => void run(fetchPart)}>
        {t('privacy.download')}
      </Button>
      <WentWrong error={error} />
    </div>
  )
}
