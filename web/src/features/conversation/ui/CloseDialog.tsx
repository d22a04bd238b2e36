import { Button } from 'antd'
import { Dialog } from '@/shared/Dialog'
import { useErrorText } from '@/ui/Failure'
import { useText } from '../messages'
import css from './chats.module.css'

/** Ending a conversation, with what it means. */
export function CloseDialog({
  busy,
  error,
  onClose,
  onEnd,
}: {
  busy: boolean
  error: unknown
  onClose: () => void
  onEnd: () => void
}) {
  const say = useText()
  const errorText = useErrorText()
  return (
    <Dialog
      title={say('closeTitle')}
      onClose={onClose}
      closeLabel={say('cancel')}
      footer={
        <>
          <Button onClick={onClose}>{say('cancel')}</Button>
          <Button type="primary" danger loading={busy} onClick={onEnd} autoFocus>
            {say('close')}
          </Button>
        </>
      }
    >
      <p>{say('closeText')}</p>
      {error !== null && (
        <p role="alert" className={css.wrong}>
          {errorText(error)}
        </p>
      )}
    </Dialog>
  )
}
