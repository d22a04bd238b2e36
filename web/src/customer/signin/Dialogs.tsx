import { useEffect, useState } from 'react'
import { setHooks, type StepUpAsk } from '@/shared/api'
import { beginStepUp, proveStepUp, type Step } from '@/shared/stepup'
import { useText } from '../messages'
import { arrived, knownMe } from '../session'
import { Failure, Sheet, Skeleton } from '../ui'
import { ComeAgain } from './ComeAgain'
import { ProofForm } from './ProofForm'
import { SignInForm } from './SignInForm'

type Open =
  | { what: 'sign-in'; answer: (signedIn: boolean) => void }
  | { what: 'step-up'; ask: StepUpAsk; answer: (token: string | null) => void }

/**
 * The two things that a request may need from the person while it is under way: to sign in again, and to prove once more who they
 * are. Both stand above whatever is on the screen, which stays as it is.
 */
export function Dialogs() {
  const [open, setOpen] = useState<readonly Open[]>([])
  useEffect(() => {
    const add = <Answer,>(make: (answer: (value: Answer) => void) => Open) =>
      new Promise<Answer>((resolve) => {
        const one: Open = make((value) => {
          setOpen((all) => all.filter((other) => other !== one))
          resolve(value)
        })
        setOpen((all) => [...all, one])
      })
    setHooks({
      signInAgain: () => add<boolean>((answer) => ({ what: 'sign-in', answer })),
      stepUp: (ask) => add<string | null>((answer) => ({ what: 'step-up', ask, answer })),
    })
  }, [])
  return open.map((one, n) =>
    one.what === 'sign-in' ? (
      <SignInAgain key={`s${n}`} onAnswer={one.answer} />
    ) : (
      <StepUp key={`u${n}`} ask={one.ask} onAnswer={one.answer} />
    ),
  )
}

function SignInAgain({ onAnswer }: { onAnswer: (signedIn: boolean) => void }) {
  const t = useText()
  return (
    <Sheet title={t('signIn.again')} lead={t('signIn.againLead')} onClose={() => onAnswer(false)}>
      <SignInForm
        onDone={(person) => {
          const same = knownMe()?.id === person.id
          if (same) arrived(person)
          else location.assign('/') // what is on the screen is somebody else's
          onAnswer(same)
        }}
      />
    </Sheet>
  )
}

function StepUp({ ask, onAnswer }: { ask: StepUpAsk; onAnswer: (token: string | null) => void }) {
  const t = useText()
  const [step, setStep] = useState<Step | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [tries, setTries] = useState(0)
  const [renewed, setRenewed] = useState(false)
  useEffect(() => {
    let gone = false
    beginStepUp(ask).then(
      (begun) => {
        if (!gone) setStep(begun)
      },
      (failure: unknown) => {
        if (!gone) setError(failure)
      },
    )
    return () => {
      gone = true
    }
  }, [ask, tries])
  const again = () => {
    setError(null)
    setStep(null)
    setTries(tries + 1)
  }
  return (
    <Sheet title={t('proof.title')} lead={ask.about?.title ?? t('proof.lead')} onClose={() => onAnswer(null)}>
      {ask.about?.facts && (
        <dl className="facts">
          {ask.about.facts.map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {error !== null ? (
        <Failure error={error} onRetry={again} />
      ) : step === null ? (
        <Skeleton rows={1} />
      ) : step.methods?.includes('sign_in') ? (
        <ComeAgain
          key={step.ticket}
          renewed={renewed}
          renew={() => {
            setRenewed(true)
            again()
          }}
          prove={async () => onAnswer(await proveStepUp(step, { sign_in: true }))}
        />
      ) : (
        <ProofForm methods={step.methods ?? []} onProof={async (proof) => onAnswer(await proveStepUp(step, proof))} />
      )}
    </Sheet>
  )
}
