import { useState } from 'react'
import { api, sending, take } from '@/shared/api'
import { LanguageAndTheme } from '../shell/LanguageAndTheme'
import { Button, Icon, Notice, TextField, WentWrong } from '../ui'
import type { Erasure } from './account'
import { ErasureState } from './ErasureState'
import './me.css'
import { useText } from './messages'
import { useAct } from './useAct'

/** For whoever has a receipt and no account any more: how far the erasure is, and its certificate. */
export default function ReceiptScreen() {
  const t = useText()
  const { run, busy, error } = useAct()
  const [receipt, setReceipt] = useState('')
  const [lack, setLack] = useState(false)
  const [found, setFound] = useState<Erasure | null>(null)
  const look = async () => {
    const typed = receipt.trim()
    setLack(typed === '')
    if (typed === '') return
    await run(async () =>
      setFound(
        await take(
          api.GET('/v1/erasure-receipt', { params: { header: { Receipt: typed } }, fetch: sending({ quiet: true }) }),
        ),
      ),
    )
  }
  return (
    <main id="main" className="door receipt">
      <div className="receipt-in stack wide">
        <header className="stack">
          <span className="row-icon">
            <Icon name="shield" size={22} />
          </span>
          <h1 className="me-title">{t('erasure.look')}</h1>
          <p className="row-note">{t('erasure.lookLead')}</p>
        </header>
        {found ? (
          <>
            <ErasureState erasure={found} />
            <Button kind="quiet" wide onClick={() => setFound(null)}>
              {t('erasure.another')}
            </Button>
          </>
        ) : (
          <form
            className="form"
            noValidate
            onSubmit={(event) => {
              event.preventDefault()
              void look()
            }}
          >
            <TextField
              label={t('erasure.receipt')}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={100}
              value={receipt}
              onChange={(event) => setReceipt(event.target.value)}
            />
            {lack && <Notice tone="bad">{t('erasure.lookLack')}</Notice>}
            <WentWrong error={error} />
            <Button type="submit" kind="primary" wide busy={busy}>
              {t('erasure.lookGo')}
            </Button>
          </form>
        )}
        <LanguageAndTheme />
      </div>
    </main>
  )
}
