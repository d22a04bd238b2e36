import { Input } from 'antd'
import { useState } from 'react'
import { ChoiceField, CommandForm, FilesField, type FormProps, WordsField } from '@/features/case/parts'
import { formatMoney } from '@/shared/money'
import { useUploads } from '@/shared/upload'
import { Field } from '@/ui/Field'
import { useText } from '../messages'
import { countOf, findings, type InspectionDraft, inspectionOf, missingThere, tooLight } from '../model/inspection'
import css from './forms.module.css'

const empty: InspectionDraft = { finding: '', missing: '', grams: '', words: '' }

/** What was in the parcel: its state, its weight, pictures of it. All well lets the case go on; a difference is put to the customer. */
export default function InspectForm(props: FormProps) {
  const { one } = props
  const say = useText()
  const files = useUploads()
  const [draft, setDraft] = useState(empty)
  const change = (part: Partial<InspectionDraft>) => setDraft((before) => ({ ...before, ...part }))
  const { finding } = draft
  const units = one.lines.reduce((sum, line) => sum + line.quantity, 0)
  const missing = missingThere(draft, files.sent.length, units)
  const { parcel } = one
  const grams = countOf(draft.grams, 10_000_000)
  const amount = formatMoney(one.amount)
  return (
    <CommandForm
      {...props}
      name="inspect"
      content={inspectionOf(draft, files.sent, units)}
      missing={files.busy ? say('form.sending') : missing && say(`inspect.missing.${missing}`, { most: units - 1 })}
      danger={finding !== '' && finding !== 'as_new'}
      submit={
        finding === ''
          ? undefined
          : finding === 'as_new'
            ? one.kind === 'return'
              ? say('inspect.submitRefund', { amount })
              : say('inspect.submitWell')
            : say('inspect.submitDifference')
      }
    >
      {(wrong) => (
        <>
          {parcel && (
            <dl className={css.facts}>
              <div>
                <dt>{say('inspect.parcel')}</dt>
                <dd>
                  {parcel.carrier} <code>{parcel.number}</code>
                </dd>
              </div>
              <div>
                <dt>{say('inspect.expected')}</dt>
                <dd className="figures">{say('inspect.gramsOf', { grams: parcel.expected_grams })}</dd>
              </div>
              {parcel.grams !== undefined && parcel.grams > 0 && (
                <div>
                  <dt>{say('inspect.byCarrier')}</dt>
                  <dd className="figures" data-light={parcel.too_light || undefined}>
                    {say('inspect.gramsOf', { grams: parcel.grams })}
                    {parcel.too_light && ` · ${say('inspect.light')}`}
                  </dd>
                </div>
              )}
            </dl>
          )}
          <ChoiceField
            label={say('inspect.how')}
            value={finding}
            onChange={(next) => change({ finding: next })}
            options={findings
              .filter((value) => value !== 'short' || units > 1)
              .map((value) => ({
                value,
                label: say(`finding.${value}`),
                hint: say(`finding.${value}Hint`, { amount }),
              }))}
          />
          {finding === 'short' && (
            <Field label={say('inspect.missingUnits', { units })} error={wrong('missing_units')}>
              {(control) => (
                <Input
                  {...control}
                  inputMode="numeric"
                  autoComplete="off"
                  className={css.number ?? ''}
                  value={draft.missing}
                  onChange={(event) => change({ missing: event.target.value })}
                />
              )}
            </Field>
          )}
          <Field
            label={say('inspect.grams')}
            optional={say('form.optional')}
            error={wrong('grams')}
            hint={tooLight(grams, parcel?.expected_grams) ? say('inspect.lightHint') : undefined}
          >
            {(control) => (
              <Input
                {...control}
                inputMode="numeric"
                autoComplete="off"
                suffix={say('inspect.g')}
                className={css.number ?? ''}
                value={draft.grams}
                onChange={(event) => change({ grams: event.target.value })}
              />
            )}
          </Field>
          <FilesField
            label={say('inspect.photos')}
            hint={finding === '' || finding === 'as_new' ? say('inspect.photosWell') : say('inspect.photosNeeded')}
            files={files}
          />
          <WordsField
            label={say('answer.words')}
            hint={say('answer.wordsHint')}
            value={draft.words}
            onChange={(words) => change({ words })}
            error={wrong('text')}
            optional
          />
          {finding !== '' && finding !== 'as_new' && <p className={css.note}>{say('inspect.then')}</p>}
        </>
      )}
    </CommandForm>
  )
}
