import { Button } from 'antd'
import { useText } from './messages'
import css from './Sure.module.css'

interface Props {
  question: string
  yes: string
  danger?: boolean
  busy: boolean
  onYes: () => void
  onNo: () => void
}

/** Asks again in place, before something is done that cannot be taken back. */
export function Sure({ question, yes, danger = false, busy, onYes, onNo }: Props) {
  const say = useText()
  return (
    <div className={css.sure} role="group" aria-label={question}>
      <p>{question}</p>
      <Button type="primary" danger={danger} autoFocus loading={busy} onClick={onYes}>
        {yes}
      </Button>
      <Button onClick={onNo}>{say('cancel')}</Button>
    </div>
  )
}
