import { Button } from 'antd'
import type { ReactNode } from 'react'
import css from './form.module.css'
import { useText } from './messages'
import { Wrong } from './Wrong'

interface Props {
  /** What stood in the way of the last try. */
  error: unknown
  busy: boolean
  submit: ReactNode
  /** What is missing before it can be sent, in words. */
  missing?: ReactNode
  danger?: boolean
  onCancel?: () => void
}

/** The end of a form: what is wrong with it, how to leave it and how to send it. */
export function FormFoot({ error, busy, submit, missing, danger = false, onCancel }: Props) {
  const say = useText()
  return (
    <>
      <Wrong error={error} />
      {missing && (
        <p role="alert" className={css.wrong}>
          {missing}
        </p>
      )}
      <div className={css.foot}>
        {onCancel && <Button onClick={onCancel}>{say('cancel')}</Button>}
        <Button type="primary" htmlType="submit" danger={danger} loading={busy}>
          {submit}
        </Button>
      </div>
    </>
  )
}
