import { Button, Input } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { Tick } from '@/features/case/parts'
import { Dialog } from '@/shared/Dialog'
import { formatWhole } from '@/shared/time'
import { useErrorText } from '@/ui/Failure'
import { Field } from '@/ui/Field'
import { useCommand } from '@/ui/useCommand'
import { invite, type MadeLink, useShopRefresh } from '../api/shop'
import { useText } from '../messages'
import { addressOf } from '../model/staff'
import css from './merchant.module.css'

/** Invites somebody into the shop. */
export function InviteDialog({ onClose, onMade }: { onClose: () => void; onMade: (link: MadeLink) => void }) {
  const say = useText()
  const errorText = useErrorText()
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
      <form className={css.form} noValidate onSubmit={onSubmit}>
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
        <p className={css.quietText}>{say('staff.ownerMeans')}</p>
        {error !== null && (
          <p role="alert" className={css.wrong}>
            {errorText(error)}
          </p>
        )}
        <div className={css.foot}>
          <Button onClick={onClose}>{say('form.cancel')}</Button>
          <Button type="primary" htmlType="submit" loading={busy}>
            {say('staff.makeLink')}
          </Button>
        </div>
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
      <div className={css.form}>
        <p>{say('staff.link.text', { name: link.person?.name ?? '', at: formatWhole(link.expires_at) })}</p>
        <Field label={say('staff.link.address')}>
          {(control) => (
            <Input.TextArea
              {...control}
              readOnly
              autoSize
              className={css.code ?? ''}
              value={address}
              onFocus={(event) => event.target.select()}
            />
          )}
        </Field>
        <div className={css.foot}>
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
