import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Dialog } from '@/shared/Dialog'
import { isProblem, type StepUpAsk } from '@/shared/api'
import { beginStepUp, proveStepUp } from '@/shared/stepup'
import { Failure } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { useText as useUi } from '@/ui/messages'
import { ComeAgain } from './ComeAgain'
import css from './forms.module.css'
import { ProofForm } from './ProofForm'

/** Brings a fresh factor for one request, and says once more what it is about. The page below stays as it is. */
export default function StepUp({ ask, onEnd }: { ask: StepUpAsk; onEnd: (token: string | null) => void }) {
  const say = useUi()
  const [renewed, setRenewed] = useState(false)
  const step = useQuery({
    queryKey: ['step-up', ask],
    queryFn: () => beginStepUp(ask),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  })
  return (
    <Dialog title={say('stepup.title')} onClose={() => onEnd(null)} closeLabel={say('cancel')} width={420}>
      <div className={css.form}>
        <p className={css.intro}>{ask.about ? ask.about.title : say('stepup.intro')}</p>
        {ask.about?.facts && (
          <dl className={css.facts}>
            {ask.about.facts.map(([label, value]) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd className="figures">{value}</dd>
              </div>
            ))}
          </dl>
        )}
        {step.isPending && <Loading rows={2} />}
        {step.isError && <Failure error={step.error} retry={() => void step.refetch()} />}
        {step.data?.methods?.includes('sign_in') && (
          <ComeAgain
            key={step.data.ticket}
            renewed={renewed}
            renew={() => {
              setRenewed(true)
              void step.refetch()
            }}
            prove={async () => onEnd(await proveStepUp(step.data, { sign_in: true }))}
          />
        )}
        {step.data && !step.data.methods?.includes('sign_in') && (
          <ProofForm
            key={step.data.ticket}
            methods={step.data.methods ?? []}
            submit={say('stepup.confirm')}
            prove={async (proof) => {
              try {
                onEnd(await proveStepUp(step.data, proof))
              } catch (error) {
                if (isProblem(error, 'ticket_over')) void step.refetch() // it was tried too often or is too old: a new one
                throw error
              }
            }}
          />
        )}
      </div>
    </Dialog>
  )
}
