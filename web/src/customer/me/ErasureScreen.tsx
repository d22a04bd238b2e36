import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, sending, take } from '@/shared/api'
import { useIntention } from '@/shared/idempotency'
import { Screen } from '../shell/Screen'
import { Button, Failure, Notice, Sheet, Skeleton, toast, WentWrong } from '../ui'
import { type Erasure, erasureKey, useKnown } from './account'
import { ErasureState } from './ErasureState'
import './me.css'
import { useText } from './messages'
import { OnceSheet } from './OnceSheet'
import { useAct } from './useAct'

/** The end of an account: what it means, to ask for it, how far it is, and to call it off while that is possible. */
export default function ErasureScreen() {
  const t = useText()
  const client = useQueryClient()
  const known = useKnown()
  const mine = useQuery<Erasure>({
    queryKey: erasureKey,
    queryFn: ({ signal }) => take(api.GET('/v1/privacy/erasure', { signal })),
    enabled: known.data?.erasure === true, // where none was asked for there is none to read
    refetchInterval: ({ state }) => (state.data && !['done', 'cancelled'].includes(state.data.state) ? 10_000 : false),
  })
  const [asking, setAsking] = useState(false)
  const [receipt, setReceipt] = useState<string | null>(null)
  const show = (erasure: Erasure) => client.setQueryData<Erasure>(erasureKey, erasure)
  const running = mine.data !== undefined && mine.data.state !== 'cancelled'
  const told = mine.data !== undefined || known.data?.erasure === false
  const failed = mine.isError ? mine : known
  return (
    <Screen
      title={t('erasure.title')}
      backTo="/me/privacy"
      {...(told && !running
        ? {
            foot: (
              <Button kind="danger" wide onClick={() => setAsking(true)}>
                {t('erasure.go')}
              </Button>
            ),
          }
        : {})}
    >
      {failed.isError ? (
        <Failure error={failed.error} onRetry={() => void failed.refetch()} />
      ) : !told ? (
        <Skeleton kind="card" rows={1} />
      ) : (
        <div className="stack wide">
          {mine.data && (
            <ErasureState erasure={mine.data}>
              {mine.data.state === 'cooling' && <CallOff onDone={show} />}
            </ErasureState>
          )}
          {!running && <Meaning />}
        </div>
      )}
      {asking && (
        <AskErasure
          onClose={() => setAsking(false)}
          onAsked={(erasure) => {
            show(erasure)
            void client.invalidateQueries({ queryKey: ['privacy'] })
            setAsking(false)
            setReceipt(erasure.receipt ?? null)
          }}
        />
      )}
      {receipt !== null && <Receipt receipt={receipt} onClose={() => setReceipt(null)} />}
    </Screen>
  )
}

function Meaning() {
  const t = useText()
  return (
    <section className="card padded stack">
      <h2 className="me-title">{t('erasure.before')}</h2>
      <ol className="meaning">
        {(['a', 'b', 'c', 'd', 'e'] as const).map((point) => (
          <li key={point}>{t(`erasure.points.${point}`)}</li>
        ))}
      </ol>
    </section>
  )
}

function AskErasure({ onAsked, onClose }: { onAsked: (erasure: Erasure) => void; onClose: () => void }) {
  const t = useText()
  const intention = useIntention()
  const { run, busy, error } = useAct()
  const [understood, setUnderstood] = useState(false)
  const [lack, setLack] = useState(false)
  const ask = async () => {
    setLack(!understood)
    if (!understood) return
    await run(async () => {
      const asked = await take(
        api.POST('/v1/privacy/erasure', {
          params: { header: { 'Idempotency-Key': intention.key('erasure') } },
          body: {},
          fetch: sending({
            about: { title: t('erasure.about'), facts: [[t('erasure.title'), t('erasure.confirmLead')]] },
          }),
        }),
      )
      intention.done()
      onAsked(asked)
    })
  }
  return (
    <Sheet
      title={t('erasure.confirmTitle')}
      lead={t('erasure.confirmLead')}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('erasure.keep')}</Button>
          <Button kind="danger" busy={busy} onClick={() => void ask()}>
            {t('erasure.go')}
          </Button>
        </>
      }
    >
      <div className="form">
        <label className="tick">
          <input type="checkbox" checked={understood} onChange={(event) => setUnderstood(event.target.checked)} />
          <span>{t('erasure.understand')}</span>
        </label>
        {lack && <Notice tone="bad">{t('erasure.understandLack')}</Notice>}
        <WentWrong error={error} />
      </div>
    </Sheet>
  )
}

/** The receipt is said once; the sheet stays until one says that it is kept. */
function Receipt({ receipt, onClose }: { receipt: string; onClose: () => void }) {
  const t = useText()
  return (
    <OnceSheet
      title={t('erasure.receiptTitle')}
      lead={t('erasure.receiptLead', { place: `${location.host}/erasure` })}
      done={t('erasure.saved')}
      onClose={onClose}
    >
      <p className="secret-words" aria-label={t('erasure.receipt')}>
        {receipt}
      </p>
      <Button
        icon="copy"
        wide
        onClick={() => void navigator.clipboard.writeText(receipt).then(() => toast(t('erasure.copied')))}
      >
        {t('erasure.copy')}
      </Button>
    </OnceSheet>
  )
}

function CallOff({ onDone }: { onDone: (erasure: Erasure) => void }) {
  const t = useText()
  const intention = useIntention()
  const { run, busy, error } = useAct()
  const cancel = () =>
    run(async () => {
      onDone(
        await take(
          api.POST('/v1/privacy/erasure/cancel', {
            params: { header: { 'Idempotency-Key': intention.key('cancel') } },
            body: {},
          }),
        ),
      )
      intention.done()
      toast(t('erasure.cancelled'))
    })
  return (
    <>
      <Button kind="primary" wide busy={busy} onClick={() => void cancel()}>
        {t('erasure.cancel')}
      </Button>
      <WentWrong error={error} />
    </>
  )
}
