import { useState } from 'react'
import { Photos } from '../../open/Photos'
import { RadioCards, TextArea } from '../../ui'
import { useText } from '../messages'
import type { Case } from '../queries'
import { CommandSheet } from './CommandSheet'
import { useFiles } from './useFiles'

type Problem = 'wrong' | 'damaged' | 'missing'

/** What arrived is not right, or came back with the same fault. */
export function ProblemForm({
  one,
  name,
  onClose,
}: {
  one: Case
  name: 'report_problem' | 'reject_repair'
  onClose: () => void
}) {
  const t = useText()
  const [problem, setProblem] = useState<Problem>()
  const [words, setWords] = useState('')
  const { files, ids } = useFiles()
  const reject = name === 'reject_repair'
  return (
    <CommandSheet
      one={one}
      name={name}
      title={reject ? t('problem.rejectTitle') : t('problem.title')}
      lead={reject ? t('problem.rejectLead') : undefined}
      confirm={t('problem.send')}
      done={t('problem.done')}
      onClose={onClose}
      content={() => {
        if (files.busy) return t('evidence.wait')
        if (!reject && !problem) return t('problem.lack')
        if (!reject && problem !== 'missing' && ids.length === 0) return t('problem.evidenceLack')
        const text = words.trim()
        const said = { evidence: ids, ...(text ? { text } : {}) }
        return reject ? said : { ...said, problem: problem ?? 'wrong' }
      }}
    >
      {!reject && (
        <RadioCards
          legend={t('problem.title')}
          hideLegend
          value={problem}
          onChange={setProblem}
          options={(['wrong', 'damaged', 'missing'] as const).map((value) => ({ value, label: t(`problem.${value}`) }))}
        />
      )}
      <Photos files={files} />
      <TextArea
        label={t('evidence.words')}
        value={words}
        maxLength={2000}
        rows={3}
        onChange={(event) => setWords(event.target.value)}
      />
    </CommandSheet>
  )
}
