import { Button, Checkbox } from 'antd'
import { useState } from 'react'
import { Dialog } from '@/shared/Dialog'
import form from './form.module.css'
import { useText } from './messages'

interface Props {
  title: string
  text: string
  /** What is shown this once: a key, a secret. */
  words: string
  onClose: () => void
}

/** Something that is shown once and never again: it closes when the person says that they have it. */
export function Once({ title, text, words, onClose }: Props) {
  const say = useText()
  const [copied, setCopied] = useState(false)
  const [saved, setSaved] = useState(false)
  return (
    <Dialog
      firm
      title={title}
      onClose={() => saved && onClose()}
      closeLabel={say('once.saved')}
      width={560}
      footer={
        <Button type="primary" disabled={!saved} onClick={onClose}>
          {say('close')}
        </Button>
      }
    >
      <div className={form.form}>
        <p>{text}</p>
        <code className={form.once}>{words}</code>
        <div>
          <Button onClick={() => void navigator.clipboard.writeText(words).then(() => setCopied(true))}>
            {say(copied ? 'once.copied' : 'once.copy')}
          </Button>
        </div>
        <Checkbox checked={saved} onChange={(event) => setSaved(event.target.checked)}>
          {say('once.saved')}
        </Checkbox>
      </div>
    </Dialog>
  )
}
