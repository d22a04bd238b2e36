import { useState } from 'react'
import { formatMoney, parseYuan, yuanOf } from '@/shared/money'
import { useUploads } from '@/shared/upload'
import { charge } from '../api/commands'
import { useText } from '../messages'
import { CommandForm, type FormProps } from './CommandForm'
import { AmountField, ChoiceField, FilesField, Tick, WordsField } from './fields'

/** Forms of few fields: one after the other, in the order in which a case may meet them. */

export const RestForm = (props: FormProps) => <CommandForm {...props} name="rest" content={{}} />

export const ResumeForm = (props: FormProps) => <CommandForm {...props} name="resume" content={{}} />

export function RetryForm(props: FormProps) {
  return <CommandForm {...props} name="retry_refund" content={{}} />
}

export function RedirectForm(props: FormProps) {
  const { one, action } = props
  const say = useText()
  const consent = one.refund?.consents.find((given) => !given.redirected)
  const content = consent?.tender_id ? { tender_id: consent.tender_id } : {}
  return (
    <CommandForm
      {...props}
      name="redirect_refund"
      content={content}
      about={{
        title: action.label,
        facts: [[say('fact.amount'), formatMoney(one.refund?.amount ?? one.amount)]],
      }}
    >
      {() => <p>{say('redirect.text')}</p>}
    </CommandForm>
  )
}

export function AgreeSuspendForm(props: FormProps) {
  const say = useText()
  const [accept, setAccept] = useState<'yes' | 'no' | ''>('')
  return (
    <CommandForm
      {...props}
      name="agree_suspend"
      content={{ accept: accept === 'yes' }}
      missing={accept === '' ? say('form.choose') : undefined}
    >
      {() => (
        <ChoiceField
          label={props.action.label}
          row
          value={accept}
          onChange={setAccept}
          options={[
            { value: 'yes', label: say('suspend.agree') },
            { value: 'no', label: say('suspend.disagree') },
          ]}
        />
      )}
    </CommandForm>
  )
}

/** Files that are put forward, and words about them. */
function PiecesForm(
  props: FormProps & { name: 'add_evidence' | 'appeal'; files: string; words: string; mute?: boolean },
) {
  const say = useText()
  const files = useUploads()
  const [words, setWords] = useState('')
  return (
    <CommandForm
      {...props}
      content={{ evidence: [...files.sent], ...(words ? { text: words } : {}) }}
      missing={files.busy ? say('form.sending') : files.sent.length === 0 ? say('form.needFiles') : undefined}
    >
      {(wrong) => (
        <>
          <FilesField label={props.files} files={files} />
          <WordsField
            label={props.words}
            value={words}
            onChange={setWords}
            error={wrong('text')}
            optional={props.mute ?? false}
          />
        </>
      )}
    </CommandForm>
  )
}

export function EvidenceForm(props: FormProps) {
  const say = useText()
  return <PiecesForm {...props} name="add_evidence" files={say('form.files')} words={say('form.words')} mute />
}

export function AppealForm(props: FormProps) {
  const say = useText()
  return <PiecesForm {...props} name="appeal" files={say('form.newFiles')} words={say('form.why')} />
}

export function SuspendForm(props: FormProps) {
  const say = useText()
  const files = useUploads()
  const [words, setWords] = useState('')
  const [papers, setPapers] = useState(false)
  const desk = props.one.approval !== undefined || props.one.team_id !== undefined || props.one.agent_id !== undefined
  return (
    <CommandForm
      {...props}
      name="suspend"
      content={{
        evidence: [...files.sent],
        ...(words ? { text: words } : {}),
        ...(papers ? { papers } : {}),
      }}
      missing={files.busy ? say('form.sending') : words.trim() === '' ? say('form.sayWhy') : undefined}
    >
      {(wrong) => (
        <>
          <WordsField label={say('form.why')} value={words} onChange={setWords} error={wrong('text')} />
          <FilesField label={say('form.files')} files={files} />
          {desk && (
            <Tick value={papers} onChange={setPapers}>
              {say('suspend.papers')}
            </Tick>
          )}
        </>
      )}
    </CommandForm>
  )
}

export function SupplementForm(props: FormProps) {
  const say = useText()
  const [of, setOf] = useState<'customer' | 'merchant' | ''>('')
  const [words, setWords] = useState('')
  return (
    <CommandForm
      {...props}
      name="ask_supplement"
      content={{ of: of || 'customer', text: words }}
      missing={of === '' ? say('supplement.whom') : words.trim() === '' ? say('supplement.what') : undefined}
    >
      {(wrong) => (
        <>
          <ChoiceField
            label={say('supplement.of')}
            row
            value={of}
            onChange={setOf}
            options={[
              { value: 'customer', label: say('side.customer') },
              { value: 'merchant', label: say('side.merchant') },
            ]}
          />
          <WordsField
            label={say('supplement.text')}
            hint={say('supplement.hint')}
            value={words}
            onChange={setWords}
            error={wrong('text')}
          />
        </>
      )}
    </CommandForm>
  )
}

export function ResolveDetailsForm(props: FormProps) {
  const say = useText()
  const [goOn, setGoOn] = useState<'go' | 'close' | ''>('')
  const [words, setWords] = useState('')
  return (
    <CommandForm
      {...props}
      name="resolve_details"
      content={{ go_on: goOn === 'go', ...(words ? { text: words } : {}) }}
      missing={goOn === '' ? say('form.choose') : undefined}
      danger={goOn === 'close'}
    >
      {(wrong) => (
        <>
          <ChoiceField
            label={say('details.how')}
            value={goOn}
            onChange={setGoOn}
            options={[
              { value: 'go', label: say('details.go'), hint: say('details.goHint') },
              { value: 'close', label: say('details.close'), hint: say('details.closeHint') },
            ]}
          />
          <WordsField label={say('form.words')} value={words} onChange={setWords} error={wrong('text')} optional />
        </>
      )}
    </CommandForm>
  )
}

type Intercepted = 'requested' | 'impossible' | 'returned' | 'lost'

export function InterceptForm(props: FormProps) {
  const say = useText()
  const [result, setResult] = useState<Intercepted | ''>('')
  const [words, setWords] = useState('')
  return (
    <CommandForm
      {...props}
      name="report_intercept"
      content={{ result: result || 'requested', ...(words ? { text: words } : {}) }}
      missing={result === '' ? say('form.choose') : undefined}
    >
      {(wrong) => (
        <>
          <ChoiceField
            label={say('intercept.what')}
            value={result}
            onChange={setResult}
            options={(['requested', 'returned', 'impossible', 'lost'] as const).map((value) => ({
              value,
              label: say(`intercept.${value}`),
            }))}
          />
          <WordsField label={say('form.words')} value={words} onChange={setWords} error={wrong('text')} optional />
        </>
      )}
    </CommandForm>
  )
}

export function SettlementForm(props: FormProps) {
  const say = useText()
  const most = props.one.complaint?.most
  const [amount, setAmount] = useState(yuanOf(props.one.complaint?.settlement?.amount.minor ?? most?.minor ?? 0))
  const [goods, setGoods] = useState(false)
  const [words, setWords] = useState('')
  const minor = parseYuan(amount)
  return (
    <CommandForm
      {...props}
      name="propose_settlement"
      content={{ amount: charge(minor ?? 0), goods_back: goods, ...(words ? { text: words } : {}) }}
      missing={minor ? undefined : say('form.noAmount')}
      submit={minor ? say('settlement.offer', { amount: formatMoney(charge(minor)) }) : undefined}
    >
      {(wrong) => (
        <>
          <AmountField
            label={say('settlement.amount')}
            hint={most && say('form.most', { amount: formatMoney(most) })}
            value={amount}
            onChange={setAmount}
            error={wrong('amount.minor')}
          />
          <Tick value={goods} onChange={setGoods}>
            {say('settlement.goods')}
          </Tick>
          <WordsField label={say('form.words')} value={words} onChange={setWords} error={wrong('text')} optional />
        </>
      )}
    </CommandForm>
  )
}

export function SettlementAnswerForm(props: FormProps) {
  const say = useText()
  const [accept, setAccept] = useState<'yes' | 'no' | ''>('')
  const offered = props.one.complaint?.settlement
  const amount = offered ? formatMoney(offered.amount) : ''
  return (
    <CommandForm
      {...props}
      name="answer_settlement"
      content={{
        accept: accept === 'yes',
        ...(accept === 'yes' && offered ? { amount: charge(offered.amount.minor) } : {}),
      }}
      missing={accept === '' ? say('form.choose') : undefined}
    >
      {() => (
        <ChoiceField
          label={say('settlement.theirs', { amount })}
          value={accept}
          onChange={setAccept}
          options={[
            { value: 'yes', label: say('settlement.accept', { amount }) },
            { value: 'no', label: say('settlement.decline') },
          ]}
        />
      )}
    </CommandForm>
  )
}
