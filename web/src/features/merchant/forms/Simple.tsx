import { Input } from 'antd'
import { useState } from 'react'
import { ChoiceField, CommandForm, FilesField, type FormProps, WordsField } from '@/features/case/parts'
import { formatMoney } from '@/shared/money'
import { useUploads } from '@/shared/upload'
import { Field } from '@/ui/Field'
import { useText } from '../messages'
import { SayField } from './SayField'
import css from './forms.module.css'

/** Forms of few fields of what a shop does. */

function WordsForm(props: FormProps & { name: 'cannot_ship' | 'cannot_repair' }) {
  const say = useText()
  const [words, setWords] = useState('')
  return (
    <CommandForm
      {...props}
      danger
      content={words.trim() ? { text: words.trim() } : {}}
      missing={words.trim() === '' ? say('form.sayWhy') : undefined}
    >
      {(wrong) => (
        <WordsField
          label={say('form.why')}
          hint={say('answer.wordsHint')}
          value={words}
          onChange={setWords}
          error={wrong('text')}
        />
      )}
    </CommandForm>
  )
}

export const CannotShipForm = (props: FormProps) => <WordsForm {...props} name="cannot_ship" />

export const CannotRepairForm = (props: FormProps) => <WordsForm {...props} name="cannot_repair" />

export function FinishRepairForm(props: FormProps) {
  const say = useText()
  const [serial, setSerial] = useState('')
  const [words, setWords] = useState('')
  const single = props.one.lines.reduce((sum, line) => sum + line.quantity, 0) === 1
  return (
    <CommandForm
      {...props}
      name="finish_repair"
      content={{
        ...(serial.trim() ? { serial: serial.trim() } : {}),
        ...(words.trim() ? { text: words.trim() } : {}),
      }}
    >
      {(wrong) => (
        <>
          {single && (
            <Field
              label={say('repaired.serial')}
              optional={say('form.optional')}
              hint={say('repaired.serialHint')}
              error={wrong('serial')}
            >
              {(control) => (
                <Input
                  {...control}
                  autoComplete="off"
                  spellCheck={false}
                  maxLength={64}
                  value={serial}
                  onChange={(event) => setSerial(event.target.value)}
                />
              )}
            </Field>
          )}
          <WordsField
            label={say('repaired.words')}
            hint={say('answer.wordsHint')}
            value={words}
            onChange={setWords}
            error={wrong('text')}
            optional
          />
        </>
      )}
    </CommandForm>
  )
}

/** The proof that goods arrived, or the word that there is none: then the money goes back at once. */
export function ProveDeliveryForm(props: FormProps) {
  const say = useText()
  const files = useUploads()
  const [how, setHow] = useState<'prove' | 'concede' | ''>('')
  const [words, setWords] = useState('')
  const amount = formatMoney(props.one.amount)
  const proof = how === 'prove'
  return (
    <CommandForm
      {...props}
      name="prove_delivery"
      content={{
        ...(how === 'concede' ? { concede: true } : {}),
        ...(proof ? { evidence: [...files.sent] } : {}),
        ...(words.trim() ? { text: words.trim() } : {}),
      }}
      danger={how === 'concede'}
      missing={
        how === ''
          ? say('form.choose')
          : proof && files.busy
            ? say('form.sending')
            : proof && files.sent.length === 0
              ? say('prove.needFiles')
              : undefined
      }
      submit={how === 'concede' ? say('prove.submitConcede', { amount }) : undefined}
    >
      {(wrong) => (
        <>
          <ChoiceField
            label={say('prove.how')}
            value={how}
            onChange={setHow}
            options={[
              { value: 'prove', label: say('prove.prove'), hint: say('prove.proveHint') },
              { value: 'concede', label: say('prove.concede'), hint: say('prove.concedeHint', { amount }) },
            ]}
          />
          {proof && <FilesField label={say('prove.files')} files={files} />}
          <SayField value={words} onChange={setWords} error={wrong('text')} />
        </>
      )}
    </CommandForm>
  )
}

/** Does what was judged, now instead of when the time is up. */
export function CarryOutForm(props: FormProps) {
  const { one } = props
  const say = useText()
  const [words, setWords] = useState('')
  const judged = one.complaint?.judgment
  const amount = judged && judged.amount.minor > 0 ? formatMoney(judged.amount) : undefined
  return (
    <CommandForm
      {...props}
      name="carry_out"
      content={words.trim() ? { text: words.trim() } : {}}
      submit={amount ? say('carry.submit', { amount }) : undefined}
    >
      {(wrong) => (
        <>
          {judged && (
            <dl className={css.facts}>
              {amount && (
                <div>
                  <dt>{say('carry.amount')}</dt>
                  <dd className="figures">{amount}</dd>
                </div>
              )}
              {judged.remedies.map((remedy) => (
                <div key={remedy.kind}>
                  <dt>{say('carry.remedy')}</dt>
                  <dd>
                    {say(`remedy.${remedyOf(remedy.kind)}`)}
                    {remedy.coupon.minor > 0 && ` ${formatMoney(remedy.coupon)}`}
                    {remedy.points ? ` ${remedy.points}` : ''}
                  </dd>
                </div>
              ))}
            </dl>
          )}
          <SayField value={words} onChange={setWords} error={wrong('text')} />
        </>
      )}
    </CommandForm>
  )
}

const remedies = ['apology', 'coupon', 'points', 'rectification'] as const

const remedyOf = (kind: string) => remedies.find((one) => one === kind) ?? 'rectification'
