import { useState } from 'react'
import { useText } from '../messages'
import { signOut } from '../session'
import { go } from '../shell/router'
import { LanguageAndTheme } from '../shell/LanguageAndTheme'
import { Screen } from '../shell/Screen'
import { Button, Sheet, WentWrong } from '../ui'
import { AccountRows } from './AccountRows'

/** Oneself: how the page speaks and looks, one's account, and the way out. */
export default function MeScreen() {
  const t = useText()
  const [leaving, setLeaving] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const leave = async () => {
    setBusy(true)
    setError(null)
    try {
      await signOut()
      go('/', { replace: true })
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <Screen title={t('me.title')}>
      <div className="stack wide">
        <section className="card padded">
          <LanguageAndTheme />
        </section>
        <AccountRows />
        <Button kind="plain" icon="leave" wide onClick={() => setLeaving(true)}>
          {t('me.leave')}
        </Button>
      </div>
      {leaving && (
        <Sheet
          title={t('me.leaveTitle')}
          lead={t('me.leaveText')}
          onClose={() => setLeaving(false)}
          foot={
            <>
              <Button onClick={() => setLeaving(false)}>{t('me.stay')}</Button>
              <Button kind="danger" busy={busy} onClick={() => void leave()}>
                {t('me.leave')}
              </Button>
            </>
          }
        >
          <WentWrong error={error} />
        </Sheet>
      )}
    </Screen>
  )
}
