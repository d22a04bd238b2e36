import { Button, Input } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { Tick } from '@/features/case/parts'
import { Dialog } from '@/shared/Dialog'
import { formatWhole } from '@/shared/time'
import { Field } from '@/ui/Field'
import { FormFoot } from '@/ui/FormFoot'
import form from '@/ui/form.module.css'
import { useCommand } from '@/ui/useCommand'
import cell from '@/ui/list.module.css'
import { invite, type MadeLink, useShopRefresh } from '../api/shop'
import { useText } from '../messages'
import { addressOf } from '../model/staff'

/** Invites somebody into the shop. */
export function InviteDialog({ onClose, onMade }: { onClose: () => void; onMade: (link: MadeLink) => void }) {
  const say = useText()
  const refresh = useShopRefresh()
  const [name, setName] = useState('')
  const [owner, setOwner] = useState(false)
  const [tried, setTried] = useState(false)
  const { run, busy, error } = useCommand<{ name: string; owner: boolean }, MadeLink>({
    send: (body, key) => invite(body, key, say('staff.invite')),
    onDone: (link) => {
      void refresh()
      onMade(link)
    },
  })
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    if (name.trim()) void run({ name: name.trim(), owner })
  }
  return (
    <Dialog firm title={say('staff.invite')} closeLabel={say('form.cancel')} onClose={onClose}>
      <form className={form.form} noValidate onSubmit={onSubmit}>
        <Field label={say('staff.name')} error={tried && !name.trim() ? say('address.needed') : undefined}>
          {(control) => (
            <Input
              {...control}
              autoFocus
              autoComplete="off"
              maxLength={60}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Tick value={owner} onChange={setOwner}>
          {say('staff.asOwner')}
        </Tick>
        <p className={cell.lesser}>{say('staff.ownerMeans')}</p>
        <FormFoot error={error} busy={busy} submit={say('staff.makeLink')} onCancel={onClose} />
      </form>
    </Dialog>
  )
}

/** A link that was just made, this once: to be handed over to one person. */
export function LinkDialog({ link, onClose }: { link: MadeLink; onClose: () => void }) {
  const say = useText()
  const [copied, setCopied] = useState(false)
  const address = addressOf(link, location.origin)
  return (
    <Dialog firm title={say(`staff.link.${link.purpose}`)} closeLabel={say('bulk.close')} onClose={onClose}>
      <div className={form.form}>
        <p>{say('staff.link.text', { name: link.person?.name ?? '', at: formatWhole(link.expires_at) })}</p>
        <Field label={say('staff.link.address')}>
          {(control) => (
            <Input.TextArea
              {...control}
              readOnly
              autoSize
              className={cell.code ?? ''}
              value={address}
              onFocus={(event) => event.target.select()}
            />
          )}
        </Field>
        <div className={form.foot}>
          <Button onClick={onClose}>{say('bulk.close')}</Button>
          <Button
            type="primary"
            autoFocus
            onClick={() => void navigator.clipboard.writeText(address).then(() => setCopied(true))}
          >
            {say(copied ? 'staff.link.copied' : 'staff.link.copy')}
          </Button>
        </div>
        <span role="status" className="unseen">
          {copied ? say('staff.link.copied') : ''}
        </span>
      </div>
    </Dialog>
  )
}
