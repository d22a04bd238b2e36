import { lazy, Suspense, useEffect, useState } from 'react'
import { setHooks, type StepUpAsk } from '@/shared/api'
import { present } from '../model/session'

const SignInAgain = lazy(() => import('./SignInAgain'))
const StepUp = lazy(() => import('./StepUp'))

type Open =
  | { kind: 'sign-in'; end: (signedIn: boolean) => void }
  | { kind: 'step-up'; ask: StepUpAsk; end: (token: string | null) => void }

/** The dialogs that a request may need while it is under way. They stand beside the page, which keeps all that was typed. */
export function AuthDialogs() {
  const [open, setOpen] = useState<Open | null>(null)

  useEffect(() => {
    setHooks({
      signInAgain: () =>
        present() === null
          ? Promise.resolve(false)
          : new Promise((resolve) => {
              setOpen({
                kind: 'sign-in',
                end: (signedIn) => {
                  setOpen(null)
                  resolve(signedIn)
                },
              })
            }),
      stepUp: (ask) =>
        new Promise((resolve) => {
          setOpen({
            kind: 'step-up',
            ask,
            end: (token) => {
              setOpen(null)
              resolve(token)
            },
          })
        }),
    })
  }, [])

  return (
    <Suspense>
      {open?.kind === 'sign-in' && <SignInAgain onEnd={open.end} />}
      {open?.kind === 'step-up' && <StepUp ask={open.ask} onEnd={open.end} />}
    </Suspense>
  )
}
