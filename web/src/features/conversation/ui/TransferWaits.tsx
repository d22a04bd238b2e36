import { Button } from 'antd'
import { useMe } from '@/app/session'
import type { Schemas } from '@/shared/api'
import type { Talk } from '@/shared/chat/talk'
import { useErrorText } from '@/ui/Failure'
import { useCommand } from '@/ui/useCommand'
import { answerTransfer } from '../api/chats'
import { useText } from '../messages'
import css from './chats.module.css'

/** A conversation is offered to somebody and not answered yet. */
export function TransferWaits({ talk, offer }: { talk: Talk; offer: Schemas['Transfer'] }) {
  const say = useText()
  const me = useMe()
  const errorText = useErrorText()
  const { run, busy, error } = useCommand<Schemas['TransferAnswer']['answer']>({
    send: (answer) => answerTransfer(talk.id, answer),
    onDone: () => void talk.refresh(),
  })
  return (
    <div className={css.strip} role="status">
      <span>
        <b>{say(offer.to_id === me.id ? 'transfer.offered' : 'transfer.waits')}</b> {offer.note}
        {error !== null && <em>{errorText(error)}</em>}
      </span>
      {offer.to_id === me.id && (
        <>
          <Button size="small" type="primary" loading={busy} onClick={() => void run('accept')}>
            {say('transfer.accept')}
          </Button>
          <Button size="small" disabled={busy} onClick={() => void run('decline')}>
            {say('transfer.decline')}
          </Button>
        </>
      )}
      {offer.from_id === me.id && (
        <Button size="small" loading={busy} onClick={() => void run('withdraw')}>
          {say('transfer.withdraw')}
        </Button>
      )}
    </div>
  )
}
