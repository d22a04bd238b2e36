import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import type { Schemas } from '@/shared/api'
import { useErrorText } from '@/ui/Failure'
import { useCommand } from '@/ui/useCommand'
import { answerTransfer, useOffers } from '../api/chats'
import { useText } from '../messages'
import css from './chats.module.css'

/** Conversations that colleagues offer, with what they wrote. */
export function Offers({ onOpen }: { onOpen: (id: string) => void }) {
  const offers = useOffers(true).data ?? []
  return offers.map((one) => <Offer key={one.conversation_id} one={one} onOpen={onOpen} />)
}

function Offer({ one, onOpen }: { one: Schemas['Transfer']; onOpen: (id: string) => void }) {
  const say = useText()
  const errorText = useErrorText()
  const queries = useQueryClient()
  const id = one.conversation_id
  const { run, busy, error } = useCommand<Schemas['TransferAnswer']['answer']>({
    send: (answer) => answerTransfer(id, answer).then(() => answer),
    onDone: (answer) => {
      void queries.invalidateQueries({ queryKey: ['transfers'] })
      void queries.invalidateQueries({ queryKey: ['conversations'] })
      if (answer === 'accept') onOpen(id)
    },
  })
  return (
    <section className={css.offer} aria-label={say('transfer.offered')}>
      <p>
        <b>{say('transfer.offered')}</b>
        <span>{one.note}</span>
      </p>
      {error !== null && (
        <p role="alert" className={css.wrong}>
          {errorText(error)}
        </p>
      )}
      <div>
        <Button size="small" type="primary" loading={busy} onClick={() => void run('accept')}>
          {say('transfer.accept')}
        </Button>
        <Button size="small" disabled={busy} onClick={() => void run('decline')}>
          {say('transfer.decline')}
        </Button>
      </div>
    </section>
  )
}
