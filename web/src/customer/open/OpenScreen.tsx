import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, isProblem, type Schemas, take } from '@/shared/api'
import { useText } from '../messages'
import { isKind, type Kind, type Order, useOrder } from '../orders/queries'
import type { ScreenProps } from '../routes'
import { useCustomer } from '../session'
import { back, go, usePlace } from '../shell/router'
import { Screen } from '../shell/Screen'
import { Button, Empty, Failure, LinkButton, Notice, Segments, Skeleton, toast, WentWrong } from '../ui'
import { contentOf, keyed, refused } from './draft'
import { Photos } from './Photos'
import { Questions } from './Questions'
import { useReasons } from './queries'
import { choosable, lacks, mostOf, possible, type Step, stepAt, stepOfProblem, stepsOf } from './steps'
import { AboutStep, AmountStep, ItemsStep, ReasonStep, VariantStep, WordsStep } from './StepViews'
import { Summary } from './Summary'
import { useDraft } from './useDraft'
import { useEvidence } from './useEvidence'

/** Asks for something about an order, step by step. Whatever is said is kept, back and forth and from one visit to the next. */
export default function OpenScreen({ params }: ScreenProps) {
  const t = useText()
  const { id = '', kind = '' } = params
  const order = useOrder(id)
  const back_ = `/orders/${id}`
  if (!isKind(kind))
    return (
      <Screen title={t('app.nowhere')} backTo={back_}>
        <Empty icon="box" title={t('app.nowhereTitle')} action={<LinkButton to={back_}>{t('app.home')}</LinkButton>} />
      </Screen>
    )
  if (order.data && !order.isPlaceholderData) return <Form key={kind} order={order.data} kind={kind} />
  return (
    <Screen title={t(`kind.${kind}`)} backTo={back_}>
      {order.isError ? (
        <Failure error={order.error} onRetry={() => void order.refetch()} />
      ) : (
        <Skeleton kind="card" rows={2} />
      )}
    </Screen>
  )
}

function Form({ order, kind }: { order: Order; kind: Kind }) {
  const t = useText()
  const { query } = usePlace()
  const person = useCustomer()
  const { draft, change, drop } = useDraft(person.id, order.id, kind)
  const files = useEvidence(draft, change)

  // What can be answered in one way only is answered.
  const lines = possible(order, kind)
  const wanted = query.get('line')
  const start = lines.find((line) => line.id === wanted) ?? (lines.length === 1 ? lines[0] : undefined)
  const chosen =
    Object.keys(draft.lines).length > 0 || draft.subject === 'service'
      ? draft
      : { ...draft, lines: start ? { [start.id]: Math.min(1, mostOf(start, kind)) } : {} }
  const first = Object.keys(chosen.lines)[0]
  const reasons = useReasons(kind, order.id, draft.subject === 'service' ? undefined : first)
  const fitting =
    kind === 'complaint'
      ? reasons.data?.filter((one) => !one.subject || one.subject === (draft.subject ?? 'goods'))
      : reasons.data
  const only = choosable(fitting)
  const now = only.length === 1 && only[0] ? { ...chosen, reason: only[0].code } : chosen

  const given = { order, reasons: fitting }
  const steps = stepsOf(now, given)
  const step = stepAt(query.get('step'), steps, now, given)
  const at = steps.indexOf(step)
  const [tried, setTried] = useState<Step | null>(null)
  const [problem, setProblem] = useState<unknown>(null)
  const lack = lacks(step, now, given)
  const submit = useSubmit(now, change, (ack) => {
    if (!ack.question) drop()
  })

  const to = (next: Step) => `/orders/${order.id}/ask/${kind}?step=${next}`
  const forward = () => {
    setProblem(null)
    if (lack !== null || (step === 'details' && files.busy)) {
      setTried(step)
      return
    }
    setTried(null)
    change({ lines: now.lines, reason: now.reason })
    const next = steps[at + 1]
    if (next) go(to(next))
  }
  const send = async () => {
    setProblem(null)
    try {
      await submit.send()
    } catch (error) {
      setProblem(error)
    }
  }

  if (draft.opened !== null)
    return <Questions caseID={draft.opened} orderID={order.id} kind={kind} first={submit.question} onEnd={drop} />
  if (lines.length === 0 && draft.subject !== 'service' && kind !== 'complaint')
    return <NotNow order={order} kind={kind} />
  const name = t(`step.${step}`)
  const wrongAt = stepOfProblem(problem)
  return (
    <Screen
      title={t(`kind.${kind}`)}
      backTo={`/orders/${order.id}`}
      onBack={() => {
        const before = steps[at - 1]
        if (query.get('step') !== null && before) back(to(before))
        else back(`/orders/${order.id}`)
      }}
      above={<Segments at={at} of={steps.length} label={t('open.progress', { at: at + 1, of: steps.length, name })} />}
      foot={
        step === 'summary' ? (
          <Button kind="primary" wide busy={submit.busy} onClick={() => void send()}>
            {t('open.send')}
          </Button>
        ) : (
          <Button kind="primary" wide onClick={forward}>
            {t('open.next')}
          </Button>
        )
      }
    >
      <div className="stack wide" key={step}>
        {step === 'about' && <AboutStep draft={now} order={order} change={change} />}
        {step === 'items' && <ItemsStep draft={now} order={order} change={change} />}
        {step === 'variant' && <VariantStep draft={now} order={order} change={change} />}
        {step === 'reason' && (
          <ReasonStep
            draft={now}
            reasons={fitting}
            error={reasons.error}
            retry={() => void reasons.refetch()}
            change={change}
          />
        )}
        {step === 'details' && (
          <WordsStep
            draft={now}
            reason={fitting?.find((one) => one.code === now.reason)}
            change={change}
            wrong={tried === 'details' ? lack : null}
          >
            <Photos files={files} />
          </WordsStep>
        )}
        {step === 'amount' && <AmountStep draft={now} change={change} />}
        {step === 'summary' && (
          <Summary
            draft={now}
            order={order}
            reason={fitting?.find((one) => one.code === now.reason)}
            to={to}
            steps={steps}
          />
        )}
        {tried === step && lack !== null && <Notice tone="bad">{t(`lack.${lack}`)}</Notice>}
        {tried === step && lack === null && step === 'details' && files.busy && (
          <Notice tone="act">{t('photo.wait')}</Notice>
        )}
        {problem !== null && (
          <>
            <WentWrong error={problem} />
            {wrongAt !== null && wrongAt !== step && steps.includes(wrongAt) && (
              <Button kind="plain" icon="edit" wide onClick={() => go(to(wrongAt))}>
                {t('open.putRight', { step: t(`step.${wrongAt}`) })}
              </Button>
            )}
          </>
        )}
      </div>
    </Screen>
  )
}

/** Sends the draft, once: however often it is pressed or repeated, the key stays the draft's. */
function useSubmit(
  draft: ReturnType<typeof useDraft>['draft'],
  change: ReturnType<typeof useDraft>['change'],
  onOpened: (ack: Schemas['Ack']) => void,
) {
  const t = useText()
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [question, setQuestion] = useState<Schemas['Question'] | undefined>()
  const send = async () => {
    if (busy) return
    setBusy(true)
    try {
      const content = contentOf(draft, (serial) => t('open.serialLine', { serial }))
      const ready = keyed(draft, content)
      change({ key: ready.key, sent: ready.sent, lines: draft.lines, reason: draft.reason })
      const ack = await take(
        api.POST('/v1/cases', { params: { header: { 'Idempotency-Key': ready.key } }, body: content }),
      )
      void client.invalidateQueries({ queryKey: ['cases'] })
      void client.invalidateQueries({ queryKey: ['orders'] })
      void client.invalidateQueries({ queryKey: ['order', draft.orderID] })
      onOpened(ack)
      if (ack.question) {
        setQuestion(ack.question)
        change({ opened: ack.case_id })
      } else {
        toast(t(ack.joined_to ? 'open.joined' : 'open.sent'))
        go(`/cases/${ack.joined_to ?? ack.case_id}`, { replace: true })
      }
    } catch (error) {
      if (isProblem(error) && error.status < 500 && ![401, 408, 429].includes(error.status)) change(refused())
      throw error
    } finally {
      setBusy(false)
    }
  }
  return { send, busy, question }
}

function NotNow({ order, kind }: { order: Order; kind: Kind }) {
  const t = useText()
  const why = order.lines.map((line) => line.asks?.find((one) => one.kind === kind)?.why_text).find(Boolean)
  return (
    <Screen title={t(`kind.${kind}`)} backTo={`/orders/${order.id}`}>
      <Empty
        icon="info"
        title={t('open.notNow')}
        action={<LinkButton to={`/orders/${order.id}`}>{t('open.others')}</LinkButton>}
      >
        {why ?? t('open.notNowText')}
      </Empty>
    </Screen>
  )
}
