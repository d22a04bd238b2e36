import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api, isProblem, type Schemas, take } from '@/shared/api'
import { useIntention } from '@/shared/idempotency'
import { parseYuan } from '@/shared/money'
import { formatSpan, useNow } from '@/shared/time'
import { useText } from '../messages'
import type { Kind } from '../orders/queries'
import { go } from '../shell/router'
import { Screen } from '../shell/Screen'
import {
  Button,
  Failure,
  Icon,
  LinkButton,
  Notice,
  RadioCards,
  Skeleton,
  TextArea,
  TextField,
  toast,
  WentWrong,
} from '../ui'
import { Photos } from './Photos'
import type { Evidence } from './draft'
import { useEvidence } from './useEvidence'

type Question = Schemas['Question']

/**
 * The case is open, and the assistant still wants to know something. Its questions come one after the other as steps of the same
 * form, until none is left; then the case's own page goes on.
 */
export function Questions({
  caseID,
  orderID,
  kind,
  first,
  onEnd,
}: {
  caseID: string
  orderID: string
  kind: Kind
  first: Question | undefined
  onEnd: () => void
}) {
  const t = useText()
  const client = useQueryClient()
  const [told, setTold] = useState<Question | null | undefined>(first)
  const state = useQuery({
    queryKey: ['case', caseID],
    queryFn: ({ signal }) => take(api.GET('/v1/cases/{id}', { signal, params: { path: { id: caseID } } })),
    enabled: told === undefined,
  })
  const question = told === undefined ? (state.data ? (state.data.question ?? null) : undefined) : told
  const done = question === null
  useEffect(() => {
    if (!done) return
    onEnd()
    go(`/cases/${caseID}`, { replace: true })
  }, [done, caseID, onEnd])

  const answered = (ack: Schemas['Ack']) => {
    void client.invalidateQueries({ queryKey: ['cases'] })
    void client.invalidateQueries({ queryKey: ['case', caseID] })
    if (!ack.question) toast(t('open.sent'))
    setTold(ack.question ?? null)
  }
  if (question)
    return (
      <One
        key={`${question.round}.${question.n}`}
        caseID={caseID}
        orderID={orderID}
        kind={kind}
        question={question}
        onAnswered={answered}
        onGone={() => setTold(undefined)}
      />
    )
  return (
    <Screen title={t(`kind.${kind}`)} backTo={`/orders/${orderID}`}>
      {state.isError ? (
        <Failure
          error={state.error}
          onRetry={() => void state.refetch()}
          action={<LinkButton to={`/cases/${caseID}`}>{t('question.toCase')}</LinkButton>}
        />
      ) : (
        <Skeleton kind="card" rows={1} />
      )}
    </Screen>
  )
}

function One({
  caseID,
  orderID,
  kind,
  question,
  onAnswered,
  onGone,
}: {
  caseID: string
  orderID: string
  kind: Kind
  question: Question
  onAnswered: (ack: Schemas['Ack']) => void
  onGone: () => void
}) {
  const t = useText()
  const now = useNow()
  const [choice, setChoice] = useState<string>()
  const [words, setWords] = useState('')
  const [evidence, setEvidence] = useState<readonly Evidence[]>([])
  const files = useEvidence({ evidence }, (part) =>
    setEvidence((all) => part({ evidence: all } as Parameters<typeof part>[0]).evidence ?? all),
  )
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [lack, setLack] = useState(false)
  const intention = useIntention()
  const { type } = question
  const empty = choice === undefined && words.trim() === '' && evidence.length === 0
  const wrong = type === 'amount' && words !== '' && parseYuan(words) === null

  const send = async () => {
    if (busy) return
    if (empty || wrong || files.busy) {
      setLack(true)
      return
    }
    setBusy(true)
    setError(null)
    setLack(false)
    const body = {
      round: question.round,
      n: question.n,
      ...(choice !== undefined ? { choice } : {}),
      ...(words.trim() ? { text: words.trim() } : {}),
      ...(evidence.length > 0 ? { evidence: evidence.map((one) => one.id) } : {}),
    }
    try {
      const key = intention.key(body)
      onAnswered(
        await take(
          api.POST('/v1/cases/{id}/answer', {
            params: { path: { id: caseID }, header: { 'Idempotency-Key': key } },
            body,
          }),
        ),
      )
    } catch (failure) {
      if (isProblem(failure, 'question_gone', 'case_closed')) onGone()
      else setError(failure)
    } finally {
      setBusy(false)
    }
  }
  const field = {
    amount: { inputMode: 'decimal', before: '¥' },
    quantity: { inputMode: 'numeric' },
    date: { type: 'date' },
    time: { type: 'datetime-local' },
  } as const
  return (
    <Screen
      title={t(`kind.${kind}`)}
      backTo={`/orders/${orderID}`}
      foot={
        <Button kind="primary" wide busy={busy} onClick={() => void send()}>
          {t('question.send')}
        </Button>
      }
    >
      <div className="stack wide">
        <header className="asked">
          <span className="row-icon">
            <Icon name="bot" />
          </span>
          <div>
            <p className="row-note">{t('question.almost')}</p>
            <h2 className="question" tabIndex={-1} data-arrive>
              {question.text}
            </h2>
            <p className="row-note figures">
              {t('question.left', { span: formatSpan(Date.parse(question.due_at) - now) })}
            </p>
          </div>
        </header>
        {question.choices.length > 0 && (
          <RadioCards
            legend={question.text}
            hideLegend
            value={choice}
            onChange={setChoice}
            options={question.choices.map((one) => ({ value: one.value, label: one.label }))}
          />
        )}
        {type === 'amount' || type === 'quantity' || type === 'date' || type === 'time' ? (
          <TextField
            label={t('question.answer')}
            value={words}
            error={wrong ? t('question.amountWrong') : undefined}
            onChange={(event) => setWords(event.target.value)}
            {...field[type]}
          />
        ) : (
          <TextArea
            label={t(type === 'choice' || type === 'files' ? 'question.more' : 'question.answer')}
            value={words}
            maxLength={2000}
            rows={3}
            onChange={(event) => setWords(event.target.value)}
          />
        )}
        {(type === 'files' || type === 'text') && <Photos files={files} />}
        {lack && <Notice tone="bad">{t(files.busy ? 'photo.wait' : 'question.lack')}</Notice>}
        <WentWrong error={error} />
        <LinkButton kind="quiet" wide to={`/cases/${caseID}`} onClick={() => undefined}>
          {t('question.later')}
        </LinkButton>
      </div>
    </Screen>
  )
}
