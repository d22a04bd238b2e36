import { useState } from 'react'
import { Photos } from '../../open/Photos'
import { TextArea } from '../../ui'
import { useText } from '../messages'
import type { Case } from '../queries'
import { CommandSheet } from './CommandSheet'
import { useFiles } from './useFiles'

/** Words and evidence: to put forward, to ask the platform in, to appeal, to ask for a pause. */
export function WordsForm({
  one,
  name,
  onClose,
}: {
  one: Case
  name: 'escalate' | 'add_evidence' | 'appeal' | 'suspend'
  onClose: () => void
}) {
  const t = useText()
  const [words, setWords] = useState('')
  const { files, ids } = useFiles()
  const asked = name === 'add_evidence' && one.stage === 'supplement' && one.complaint?.supplement?.of === 'customer'
  const group = name === 'add_evidence' ? 'evidence' : name
  const needsFiles = name === 'add_evidence' || name === 'appeal'
  const question = asked ? one.texts[one.complaint?.supplement?.text_id ?? ''] : undefined
  return (
    <CommandSheet
      one={one}
      name={name}
      title={asked ? t('evidence.titleAsked') : t(`${group}.title`)}
      lead={question ?? (name === 'escalate' ? undefined : t(`${name === 'add_evidence' ? 'evidence' : name}.lead`))}
      confirm={t(`${group}.send`)}
      done={t(`${group}.done`)}
      onClose={onClose}
      content={() => {
        if (files.busy) return t('evidence.wait')
        if (needsFiles && ids.length === 0) return t(name === 'appeal' ? 'appeal.lack' : 'evidence.lack')
        const text = words.trim()
        return { evidence: ids, ...(text ? { text } : {}) }
      }}
    >
      <Photos files={files} />
      <TextArea
        label={t(`${group}.words`)}
        hint={name === 'escalate' ? t('escalate.hint') : undefined}
        value={words}
        maxLength={2000}
        rows={3}
        onChange={(event) => setWords(event.target.value)}
      />
    </CommandSheet>
  )
}
