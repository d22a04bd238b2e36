import { Button, Checkbox } from 'antd'
import { useState } from 'react'
import { useText } from '../messages'
import css from './forms.module.css'
import own from './RecoveryCodes.module.css'

/** The recovery codes, this once, with what it takes to keep them. */
export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const say = useText()
  const [saved, setSaved] = useState(false)
  const [copied, setCopied] = useState(false)
  const text = codes.join('\n')
  const download = () => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain' }))
    link.download = `${say('codes.file')}.txt`
    link.click()
    URL.revokeObjectURL(link.href)
  }
  return (
    <div className={css.form}>
      <p className={css.intro}>{say('codes.intro')}</p>
      <ol className={own.codes}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div className={own.tools}>
        <Button
          onClick={() => {
            void navigator.clipboard.writeText(text).then(() => setCopied(true))
          }}
        >
          {say(copied ? 'codes.copied' : 'codes.copy')}
        </Button>
        <Button onClick={download}>{say('codes.download')}</Button>
        <Button onClick={() => print()}>{say('codes.print')}</Button>
      </div>
      <Checkbox checked={saved} onChange={(event) => setSaved(event.target.checked)}>
        {say('codes.saved')}
      </Checkbox>
      <Button type="primary" size="large" block disabled={!saved} onClick={onDone}>
        {say('codes.go')}
      </Button>
    </div>
  )
}
