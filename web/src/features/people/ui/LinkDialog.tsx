import { Button, Checkbox } from 'antd'
import { useState } from 'react'
import { Dialog } from '@/shared/Dialog'
import { formatMoment } from '@/shared/time'
import type { MadeLink } from '../api/people'
import form from '@/ui/form.module.css'
import { useText } from '../messages'

interface Props {
  link: MadeLink
  /** For whom it is, where the link itself does not say: a customer. */
  name?: string
  onClose: () => void
}

/** A link that was just made. It is shown this once, so the dialog goes only when the person says that it was kept. */
export function LinkDialog({ link, name, onClose }: Props) {
  const say = useText()
  const [copied, setCopied] = useState(false)
  const [handed, setHanded] = useState(false)
  const door = link.purpose === 'join' ? 'join' : 'recover'
  const customers = link.person === undefined
  const address = customers
    ? `${location.origin}/links#${link.token}`
    : `${location.origin}/staff/${door}#token=${link.token}`
  return (
    <Dialog
      firm
      title={say(`link.${door}`)}
      onClose={() => handed && onClose()}
      closeLabel={say('link.close')}
      width={560}
      footer={
        <Button type="primary" disabled={!handed} onClick={onClose}>
          {say('link.close')}
        </Button>
      }
    >
      <div className={form.form}>
        <p>{say('link.text', { name: link.person?.name ?? name ?? '', until: formatMoment(link.expires_at) })}</p>
        <code className={form.once}>{address}</code>
        <div>
          <Button
            onClick={() => {
              void navigator.clipboard.writeText(address).then(() => setCopied(true))
            }}
          >
            {say(copied ? 'link.copied' : 'link.copy')}
          </Button>
        </div>
        <Checkbox checked={handed} onChange={(event) => setHanded(event.target.checked)}>
          {say('link.handed')}
        </Checkbox>
      </div>
    </Dialog>
  )
}
