import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { passkeysWork } from '@/shared/passkey'
import { formatMoment } from '@/shared/time'
import { Button, Failure, Icon, Skeleton, toast, WentWrong } from '../ui'
import { addPasskey, type Factor, removeFactor, renewCodes, useFactors } from './account'
import { AddApp } from './AddApp'
import { Ask } from './Ask'
import { Codes } from './Codes'
import { useText } from './messages'
import { useAct } from './useAct'

type Open =
  { what: 'app' } | { what: 'remove'; factor: Factor } | { what: 'renew' } | { what: 'codes'; codes: readonly string[] }

/** What is asked for besides the password: apps, passkeys, and the codes for when all of them are lost. */
export function Factors() {
  const t = useText()
  const client = useQueryClient()
  const factors = useFactors()
  const passkey = useAct()
  const [open, setOpen] = useState<Open | null>(null)
  const close = () => setOpen(null)
  const refresh = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['me', 'factors'] }),
      client.invalidateQueries({ queryKey: ['me', 'sessions'] }),
    ])
  const added = async (codes: readonly string[]) => {
    await refresh()
    toast(t('security.addedToast'))
    setOpen(codes.length > 0 ? { what: 'codes', codes } : null)
  }
  if (factors.isError) return <Failure error={factors.error} onRetry={() => void factors.refetch()} />
  if (!factors.data) return <Skeleton rows={2} />
  const all = factors.data.items ?? []
  return (
    <section aria-labelledby="factors">
      <h2 className="section-title" id="factors">
        {t('security.factors')}
      </h2>
      <p className="lead me-lead">{t('security.factorsLead')}</p>
      <div className="card rows">
        {all.map((factor) => (
          <div key={factor.id} className="row">
            <span className="row-icon">
              <Icon name={factor.kind === 'passkey' ? 'passkey' : 'device'} size={22} />
            </span>
            <span className="row-words">
              <span className="row-title">
                {factor.label || t(factor.kind === 'passkey' ? 'security.passkey' : 'security.app')}
              </span>
              <span className="row-note figures">
                {t('security.added', { time: formatMoment(factor.created_at) })} ·{' '}
                {factor.used_at ? t('security.used', { time: formatMoment(factor.used_at) }) : t('security.unused')}
              </span>
            </span>
            <Button
              className="small"
              aria-label={`${t('security.remove')} ${factor.label}`}
              onClick={() => setOpen({ what: 'remove', factor })}
            >
              {t('security.remove')}
            </Button>
          </div>
        ))}
        {all.length > 0 && (
          <div className="row">
            <span className="row-icon">
              <Icon name="file" size={22} />
            </span>
            <span className="row-words">
              <span className="row-title">
                {t('security.recovery')}{' '}
                <span className="tag">{t('security.recoveryLeft', { count: factors.data.recovery_codes })}</span>
              </span>
              <span className="row-note">{t('security.recoveryNote')}</span>
            </span>
            <Button className="small" onClick={() => setOpen({ what: 'renew' })}>
              {t('security.renew')}
            </Button>
          </div>
        )}
        <button type="button" className="row" onClick={() => setOpen({ what: 'app' })}>
          <span className="row-icon">
            <Icon name="plus" size={22} />
          </span>
          <span className="row-words">
            <span className="row-title">{t('security.addApp')}</span>
            <span className="row-note">{t('security.appNote')}</span>
          </span>
          <Icon name="next" size={18} />
        </button>
        {passkeysWork() && (
          <button
            type="button"
            className="row"
            aria-busy={passkey.busy}
            onClick={() =>
              void passkey.run(async () => {
                const one = await addPasskey(t('security.passkey'), t('security.addPasskey'))
                await added(one.recovery_codes ?? [])
              })
            }
          >
            <span className="row-icon">
              <Icon name="passkey" size={22} />
            </span>
            <span className="row-words">
              <span className="row-title">{t('security.addPasskey')}</span>
              <span className="row-note">{t('security.passkeyNote')}</span>
            </span>
            <Icon name="next" size={18} />
          </button>
        )}
      </div>
      <WentWrong error={passkey.error} />
      {open?.what === 'app' && <AddApp onClose={close} onAdded={added} />}
      {open?.what === 'codes' && <Codes codes={open.codes} onClose={close} />}
      {open?.what === 'remove' && (
        <Ask
          title={t('security.removeTitle', { name: open.factor.label })}
          lead={t('security.removeLead')}
          go={t('security.remove')}
          keep={t('security.keep')}
          onClose={close}
          work={async () => {
            await removeFactor(open.factor.id, t('security.removeTitle', { name: open.factor.label }))
            await refresh()
            toast(t('security.removed'))
          }}
        />
      )}
      {open?.what === 'renew' && (
        <Renew
          onClose={close}
          onCodes={(codes) => {
            setOpen({ what: 'codes', codes })
            void refresh()
          }}
        />
      )}
    </section>
  )
}

function Renew({ onClose, onCodes }: { onClose: () => void; onCodes: (codes: readonly string[]) => void }) {
  const t = useText()
  return (
    <Ask
      title={t('security.renewTitle')}
      lead={t('security.renewLead')}
      go={t('security.renew')}
      keep={t('security.keep')}
      onClose={onClose}
      onDone={() => undefined}
      work={async () => onCodes(await renewCodes(t('security.renewTitle')))}
    />
  )
}
