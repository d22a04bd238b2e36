import { Input } from 'antd'
import { useState } from 'react'
import { ChoiceField, CommandForm, type FormProps } from '@/features/case/parts'
import { formatMoment, serverNow } from '@/shared/time'
import { Field } from '@/ui/Field'
import { useText } from '../messages'
import { countOf } from '../model/inspection'
import css from './forms.module.css'

const usual = ['24', '48', '72'] as const

/** More time for what the shop has to do: once a step, if the customer allows it. How much at most the rules say, and the server tells. */
export default function ExtensionForm(props: FormProps) {
  const { one } = props
  const say = useText()
  const [hours, setHours] = useState<(typeof usual)[number] | 'other' | ''>('')
  const [typed, setTyped] = useState('')
  const count = hours === 'other' ? countOf(typed, 8760) : hours === '' ? null : Number(hours)
  const until = (more: number) =>
    formatMoment(new Date((one.wait ? Date.parse(one.wait.due_at) : serverNow()) + more * 3_600_000))
  return (
    <CommandForm
      {...props}
      name="ask_extension"
      content={{ seconds: (count ?? 0) * 3600 }}
      missing={count ? undefined : say('extension.missing')}
      submit={count ? say('extension.submit', { count }) : undefined}
    >
      {(wrong) => (
        <>
          <p className={css.note}>{say('extension.intro')}</p>
          <ChoiceField
            label={say('extension.how')}
            value={hours}
            onChange={setHours}
            error={wrong('seconds')}
            options={[
              ...usual.map((value) => ({
                value,
                label: say('extension.hours', { count: Number(value) }),
                hint: say('extension.until', { at: until(Number(value)) }),
              })),
              { value: 'other' as const, label: say('extension.other') },
            ]}
          />
          {hours === 'other' && (
            <Field
              label={say('extension.typed')}
              hint={count ? say('extension.until', { at: until(count) }) : undefined}
            >
              {(control) => (
                <Input
                  {...control}
                  inputMode="numeric"
                  autoComplete="off"
                  className={css.number ?? ''}
                  value={typed}
                  onChange={(event) => setTyped(event.target.value)}
                />
              )}
            </Field>
          )}
        </>
      )}
    </CommandForm>
  )
}
