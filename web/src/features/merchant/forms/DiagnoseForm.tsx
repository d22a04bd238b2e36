import { AutoComplete } from 'antd'
import { useState } from 'react'
import { AmountField, ChoiceField, charge, CommandForm, FilesField, type FormProps } from '@/features/case/parts'
import { formatMoney, parseYuan } from '@/shared/money'
import { formatWhole } from '@/shared/time'
import { useUploads } from '@/shared/upload'
import { Field } from '@/ui/Field'
import { useText } from '../messages'
import { faultOf, faults } from '../model/faults'
import { SayField } from './SayField'
import css from './forms.module.css'

/** What is wrong with an item, and who pays. The same fault has the same code: how often it came back is counted by it. */
export default function DiagnoseForm(props: FormProps) {
  const { one } = props
  const say = useText()
  const files = useUploads()
  const [typed, setTyped] = useState('')
  const [covered, setCovered] = useState<'yes' | 'no' | ''>('')
  const [amount, setAmount] = useState('')
  const [words, setWords] = useState('')
  const names = new Map(faults.map((code) => [say(`fault.${code}`), code as string]))
  const fault = names.get(typed) ?? faultOf(typed)
  const minor = parseYuan(amount)
  const until = one.repair?.warranty_until
  return (
    <CommandForm
      {...props}
      name="diagnose"
      content={{
        fault: fault ?? '',
        covered: covered === 'yes',
        ...(covered === 'no' ? { amount: charge(minor ?? 0) } : {}),
        evidence: [...files.sent],
        ...(words.trim() ? { text: words.trim() } : {}),
      }}
      missing={
        files.busy
          ? say('form.sending')
          : !fault
            ? say('diagnose.needFault')
            : covered === ''
              ? say('diagnose.needCovered')
              : covered === 'no' && !minor
                ? say('form.noAmount')
                : undefined
      }
      submit={
        covered === 'no' && minor
          ? say('diagnose.submitQuote', { amount: formatMoney(charge(minor)) })
          : covered === 'yes'
            ? say('diagnose.submitFree')
            : undefined
      }
    >
      {(wrong) => (
        <>
          {one.repair && (
            <dl className={css.facts}>
              <div>
                <dt>{say('diagnose.warranty')}</dt>
                <dd>{until ? formatWhole(until) : say('diagnose.noWarranty')}</dd>
              </div>
              {one.repair.before > 0 && (
                <div>
                  <dt>{say('diagnose.before')}</dt>
                  <dd className="figures">{one.repair.before}</dd>
                </div>
              )}
            </dl>
          )}
          <Field label={say('diagnose.fault')} hint={say('diagnose.faultHint')} error={wrong('fault')}>
            {(control) => (
              <AutoComplete
                {...control}
                value={typed}
                onChange={setTyped}
                showSearch={{ filterOption: (text, option) => (option?.value ?? '').includes(text) }}
                options={[...names.keys()].map((value) => ({ value }))}
                maxLength={48}
              />
            )}
          </Field>
          <ChoiceField
            label={say('diagnose.who')}
            value={covered}
            onChange={setCovered}
            options={[
              { value: 'yes', label: say('diagnose.covered'), hint: say('diagnose.coveredHint') },
              { value: 'no', label: say('diagnose.paid'), hint: say('diagnose.paidHint') },
            ]}
          />
          {covered === 'no' && (
            <AmountField
              label={say('diagnose.amount')}
              value={amount}
              onChange={setAmount}
              error={wrong('amount.minor')}
            />
          )}
          <FilesField
            label={say('inspect.photos')}
            {...(covered === 'no' ? { hint: say('diagnose.photosNeeded') } : {})}
            files={files}
          />
          <SayField value={words} onChange={setWords} error={wrong('text')} />
        </>
      )}
    </CommandForm>
  )
}
