import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import { useMe } from '@/app/session'
import { Dialog } from '@/shared/Dialog'
import type { View } from '@/shared/chat/log'
import { Field } from '@/ui/Field'
import { useErrorText } from '@/ui/Failure'
import { useCommand } from '@/ui/useCommand'
import { transfer, useDesks } from '../api/chats'
import { useText } from '../messages'
import css from './chats.module.css'
import { useNames } from './names'

/** Offers a conversation to a colleague who is there, with what they should know. */
export function TransferDialog({
  view,
  onClose,
  onDone,
}: {
  view: View
  onClose: () => void
  onDone: (view: View) => void
}) {
  const say = useText()
  const me = useMe()
  const name = useNames()
  const errorText = useErrorText()
  const desks = useDesks()
  const [agent, setAgent] = useState<string | undefined>()
  const [note, setNote] = useState('')
  const others = (desks.data ?? []).filter(
    (one) => one.staff_id !== me.id && one.staff_id !== view.agent_id && one.state === 'online',
  )
  const { run, busy, error } = useCommand<{ agent: string; note: string }, View>({
    send: (content) => transfer(view.id, content.agent, content.note),
    onDone: (after) => {
      onDone(after)
      onClose()
    },
  })
  const ready = agent !== undefined && note.trim() !== ''
  return (
    <Dialog
      title={say('transfer.title')}
      onClose={onClose}
      closeLabel={say('cancel')}
      firm={note !== ''}
      footer={
        <>
          <Button onClick={onClose}>{say('cancel')}</Button>
          <Button
            type="primary"
            loading={busy}
            disabled={!ready}
            onClick={() => agent && void run({ agent, note: note.trim() })}
          >
            {say('transfer.send')}
          </Button>
        </>
      }
    >
      <div className={css.form}>
        <Field
          label={say('transfer.to')}
          {...(desks.data && others.length === 0 ? { hint: say('transfer.none') } : {})}
        >
          {(control) => (
            <Select
              {...control}
              value={agent}
              loading={desks.isPending}
              onChange={setAgent}
              options={others.map((one) => ({
                value: one.staff_id,
                label: `${name(one.staff_id)} · ${say('transfer.load', { has: one.has, capacity: one.capacity })}`,
              }))}
            />
          )}
        </Field>
        <Field label={say('transfer.note')} hint={say('transfer.noteHint')}>
          {(control) => (
            <Input.TextArea
              {...control}
              rows={4}
              maxLength={4000}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
          )}
        </Field>
        {error !== null && (
          <p role="alert" className={css.wrong}>
            {errorText(error)}
          </p>
        )}
      </div>
    </Dialog>
  )
}
