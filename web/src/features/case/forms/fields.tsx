import { Button, Checkbox, Input, Progress, Radio } from 'antd'
import { type ReactNode, useId } from 'react'
import { parseYuan } from '@/shared/money'
import { acceptedFiles, useUploads } from '@/shared/upload'
import { useErrorText } from '@/ui/Failure'
import { Field } from '@/ui/Field'
import { useText } from '../messages'
import css from './forms.module.css'

/** What somebody writes, at most as much as the server takes. */
export function WordsField(props: {
  label: string
  hint?: string
  value: string
  onChange: (value: string) => void
  error?: string | undefined
  optional?: boolean
  note?: boolean
  autoFocus?: boolean
}) {
  const say = useText()
  return (
    <Field label={props.label} hint={props.hint} error={props.error} optional={props.optional && say('form.optional')}>
      {(control) => (
        <Input.TextArea
          {...control}
          autoSize={{ minRows: 3, maxRows: 10 }}
          maxLength={2000}
          autoFocus={props.autoFocus ?? false}
          className={props.note ? (css.note ?? '') : ''}
          value={props.value}
          onChange={(event) => props.onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

/** An amount in yuan, as it is typed. */
export function AmountField(props: {
  label: string
  hint?: ReactNode
  value: string
  onChange: (value: string) => void
  error?: string | undefined
}) {
  const say = useText()
  const wrong = props.value !== '' && parseYuan(props.value) === null ? say('form.noAmount') : undefined
  return (
    <Field label={props.label} hint={props.hint} error={props.error ?? wrong}>
      {(control) => (
        <Input
          {...control}
          prefix="¥"
          inputMode="decimal"
          autoComplete="off"
          className={`${css.amount} figures`}
          value={props.value}
          onChange={(event) => props.onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

export interface Option<Value extends string> {
  value: Value
  label: string
  hint?: string
}

/** One of a few, all in view. */
export function ChoiceField<Value extends string>(props: {
  label: string
  options: readonly Option<Value>[]
  value: Value | ''
  onChange: (value: Value) => void
  error?: string | undefined
  row?: boolean
}) {
  const name = useId()
  return (
    <fieldset className={css.choice}>
      <legend>{props.label}</legend>
      <Radio.Group
        name={name}
        value={props.value}
        className={props.row ? (css.row ?? '') : (css.stack ?? '')}
        onChange={(event) => props.onChange(event.target.value as Value)}
        options={props.options.map(({ value, label, hint }) => ({
          value,
          label: hint ? (
            <span>
              {label}
              <small>{hint}</small>
            </span>
          ) : (
            label
          ),
        }))}
      />
      {props.error && (
        <p role="alert" className={css.wrong}>
          {props.error}
        </p>
      )}
    </fieldset>
  )
}

export const Tick = (props: { value: boolean; onChange: (value: boolean) => void; children: ReactNode }) => (
  <Checkbox checked={props.value} onChange={(event) => props.onChange(event.target.checked)}>
    {props.children}
  </Checkbox>
)

type Uploads = ReturnType<typeof useUploads>

/** Pictures, videos and documents, sent while the form is filled in. */
export function FilesField({ label, hint, files }: { label: string; hint?: string; files: Uploads }) {
  const say = useText()
  const errorText = useErrorText()
  return (
    <Field label={label} hint={hint}>
      {(control) => (
        <div className={css.files}>
          {files.files.map((one) => (
            <div key={one.key} className={css.file} data-failed={one.state === 'failed' || undefined}>
              {one.preview ? <img src={one.preview} alt="" /> : <span>{one.file.name}</span>}
              <div className={css.fileWords}>
                <span>{one.file.name}</span>
                {one.state === 'sending' && (
                  <Progress percent={Math.round(one.progress * 100)} size="small" aria-label={one.file.name} />
                )}
                {one.state === 'failed' && <span role="alert">{errorText(one.error)}</span>}
              </div>
              {one.state === 'failed' && (
                <Button size="small" onClick={() => files.retry(one)}>
                  {say('form.again')}
                </Button>
              )}
              <Button size="small" type="text" onClick={() => files.remove(one)}>
                {say('form.remove')}
              </Button>
            </div>
          ))}
          {files.room > 0 && (
            <div
              className={css.drop}
              onDragOver={(event) => event.preventDefault()}
              onDrop={(event) => {
                event.preventDefault()
                files.add([...event.dataTransfer.files])
              }}
            >
              <input
                {...control}
                type="file"
                multiple
                accept={acceptedFiles}
                onChange={(event) => {
                  files.add([...(event.target.files ?? [])])
                  event.target.value = ''
                }}
              />
              <span aria-hidden="true">{say('form.addFiles', { count: files.room })}</span>
            </div>
          )}
        </div>
      )}
    </Field>
  )
}
