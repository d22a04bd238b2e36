import { type SyntheticEvent, useState } from 'react'
import { Cancelled } from '@/shared/api'
import { passkeysWork } from '@/shared/passkey'
import type { Proof } from '@/shared/stepup'
import { useText } from '../messages'
import { Button, TextField, WentWrong } from '../ui'

type Method = 'totp' | 'passkey' | 'recovery_code' | 'password'
const order: readonly Method[] = ['passkey', 'totp', 'password', 'recovery_code']

/** Asks for one proof of who somebody is: a code, a passkey, a recovery code or the password, whichever can be brought. */
export function ProofForm({
  methods,
  onProof,
  onBack,
}: {
  methods: readonly string[]
  onProof: (proof: Proof) => Promise<void>
  onBack?: () => void
}) {
  const t = useText()
  const known = order.filter((one) => methods.includes(one) && (one !== 'passkey' || passkeysWork()))
  const [method, setMethod] = useState<Method>(known.find((one) => one === 'totp') ?? known[0] ?? 'totp')
  const [typed, setTyped] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)

  const bring = async (proof: Proof) => {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      await onProof(proof)
    } catch (failure) {
      if (!(failure instanceof Cancelled)) setError(failure)
      setTyped('')
    } finally {
      setBusy(false)
    }
  }
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    if (method === 'passkey') void bring({ passkey: true })
    else if (method === 'password') void bring({ password: typed })
    else if (method === 'totp') void bring({ code: typed.replace(/\s/g, '') })
    else void bring({ recovery_code: typed.trim() })
  }
  const field = {
    totp: { inputMode: 'numeric', autoComplete: 'one-time-code', maxLength: 8, pattern: '[0-9 ]*' },
    recovery_code: { autoComplete: 'off', autoCapitalize: 'none', maxLength: 64, spellCheck: false },
    password: { type: 'password', autoComplete: 'current-password', maxLength: 256 },
    passkey: {},
  } as const

  return (
    <form className="form" onSubmit={submit}>
      {method === 'passkey' ? (
        <p>{t('proof.passkeyHint')}</p>
      ) : (
        <TextField
          key={method}
          label={t(`proof.${method}`)}
          hint={t(`proof.${method}Hint`)}
          autoFocus
          required
          value={typed}
          className={method === 'totp' ? 'code' : ''}
          onChange={(event) => setTyped(event.target.value)}
          {...field[method]}
        />
      )}
      <WentWrong error={error} />
      <div className="stack">
        <Button type="submit" kind="primary" wide busy={busy}>
          {t(method === 'passkey' ? 'proof.usePasskey' : 'proof.confirm')}
        </Button>
        {known
          .filter((one) => one !== method)
          .map((one) => (
            <Button
              key={one}
              kind="quiet"
              wide
              onClick={() => {
                setMethod(one)
                setTyped('')
                setError(null)
              }}
            >
              {t(`proof.other.${one}`)}
            </Button>
          ))}
        {onBack && (
          <Button kind="quiet" wide onClick={onBack}>
            {t('app.back')}
          </Button>
        )}
      </div>
    </form>
  )
}
