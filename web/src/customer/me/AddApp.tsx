import { useEffect, useRef, useState } from 'react'
import { Cancelled, type Schemas } from '@/shared/api'
import { Button, Failure, Notice, Sheet, Skeleton, TextField, toast, WentWrong } from '../ui'
import { beginApp, finishApp } from './account'
import { useText } from './messages'
import { useAct } from './useAct'

/** Sets up an authenticator app: its secret as a picture and in words, then the first code that it shows. */
export function AddApp({
  onAdded,
  onClose,
}: {
  onAdded: (codes: readonly string[]) => Promise<void>
  onClose: () => void
}) {
  const t = useText()
  const [begun, setBegun] = useState<Schemas['AppEnrolment'] | null>(null)
  const [failed, setFailed] = useState<unknown>(null)
  const [code, setCode] = useState('')
  const [lack, setLack] = useState(false)
  const { run, busy, error } = useAct()
  const asked = useRef(false)
  useEffect(() => {
    if (asked.current) return // once, although it may be shown twice
    asked.current = true
    beginApp(t('security.app'), t('security.addApp')).then(setBegun, (failure: unknown) => {
      if (failure instanceof Cancelled) onClose()
      else setFailed(failure)
    })
  }, [t, onClose])
  const digits = code.replace(/\D/g, '')
  const finish = async () => {
    if (!begun) return
    if (digits.length !== 6) return setLack(true)
    setLack(false)
    await run(async () => {
      const added = await finishApp(begun.ticket, digits)
      await onAdded(added.recovery_codes ?? [])
    })
  }
  return (
    <Sheet
      title={t('security.addApp')}
      lead={t('security.scanLead')}
      onClose={onClose}
      foot={
        begun && (
          <Button type="submit" form="app" kind="primary" wide busy={busy}>
            {t('security.confirm')}
          </Button>
        )
      }
    >
      {failed !== null ? (
        <Failure error={failed} />
      ) : !begun ? (
        <Skeleton rows={1} kind="card" />
      ) : (
        <form
          id="app"
          className="form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            void finish()
          }}
        >
          <figure className="qr">
            <img src={begun.qr} width={200} height={200} alt={t('security.qr')} />
            <figcaption>{t('security.scan')}</figcaption>
          </figure>
          <a className="button quiet wide" href={begun.uri}>
            <span>{t('security.sameDevice')}</span>
          </a>
          <div className="secret">
            <p className="row-note">{t('security.key')}</p>
            <p className="secret-words">{begun.secret.replace(/(.{4})/g, '$1 ').trim()}</p>
            <Button
              className="small"
              icon="copy"
              onClick={() =>
                void navigator.clipboard.writeText(begun.secret).then(() => toast(t('security.keyCopied')))
              }
            >
              {t('security.keyCopy')}
            </Button>
          </div>
          <TextField
            label={t('security.code')}
            className="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={8}
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
          {lack && <Notice tone="bad">{t('security.codeLack')}</Notice>}
          <WentWrong error={error} />
        </form>
      )}
    </Sheet>
  )
}
