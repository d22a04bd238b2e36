import { Button, toast } from '../ui'
import { useText } from './messages'
import { OnceSheet } from './OnceSheet'
import { saveFile } from './saveFile'

/** The recovery codes, shown this once: closing it by accident is not possible. */
export function Codes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const t = useText()
  const all = codes.join('\n')
  return (
    <OnceSheet
      title={t('security.codesTitle')}
      lead={t('security.codesLead')}
      done={t('security.codesDone')}
      onClose={onClose}
    >
      <ol className="codes figures">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div className="panel-acts">
        <Button
          icon="copy"
          onClick={() => void navigator.clipboard.writeText(all).then(() => toast(t('security.codesCopied')))}
        >
          {t('security.codesCopy')}
        </Button>
        <Button
          icon="save"
          onClick={() => saveFile('recovery-codes.txt', new Blob([`${all}\n`], { type: 'text/plain' }))}
        >
          {t('security.codesSave')}
        </Button>
      </div>
    </OnceSheet>
  )
}
