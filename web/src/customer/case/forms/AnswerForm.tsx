import { useState } from 'react'
import type { Schemas } from '@/shared/api'
import { parseYuan } from '@/shared/money'
import { Photos } from '../../open/Photos'
import { Notice, RadioCards, TextArea, TextField } from '../../ui'
import { useText } from '../messages'
import type { Case } from '../queries'
import { CommandSheet } from './CommandSheet'
import { useFiles } from './useFiles'

const fields = {
  amount: { inputMode: 'decimal', before: '¥' },
  quantity: { inputMode: 'numeric' },
  date: { type: 'date' },
  time: { type: 'datetime-local' },
} as const

/** The question that the assistant, or the shop, wants answered before the request goes on. */
export function AnswerForm({
  one,
  question,
  onClose,
}: {
  one: Case
  question: Schemas['Question']
  onClose: () => void
}) {
  const t = useText()
  const [choice, setChoice] = useState<string>()
  const [words, setWords] = useState('')
  const { files, ids } = useFiles()
  const { type } = question
  const short = type === 'amount' || type === 'quantity' || type === 'date' || type === 'time'
  return (
    <CommandSheet
      one={one}
      name="answer"
      title={question.text}
      lead={t('question.lead')}
      confirm={t('question.send')}
      done={t('question.done')}
      onClose={onClose}
      content={() => {
        const text = words.trim()
        if (files.busy) return t('evidence.wait')
        if (choice === undefined && text === '' && ids.length === 0) return t('question.lack')
        if (type === 'amount' && parseYuan(text) === null) return t('question.amountWrong')
        const { round, n } = question
        return { round, n, evidence: ids, ...(choice === undefined ? {} : { choice }), ...(text ? { text } : {}) }
      }}
    >
      {question.retry && <Notice tone="act">{t('question.again')}</Notice>}
      {question.choices.length > 0 && (
        <RadioCards
          legend={question.text}
          hideLegend
          value={choice}
          onChange={setChoice}
          options={question.choices.map(({ value, label }) => ({ value, label }))}
        />
      )}
      {short ? (
        <TextField
          label={t('question.answer')}
          value={words}
          onChange={(event) => setWords(event.target.value)}
          {...fields[type]}
        />
      ) : (
        <TextArea
          label={t(type === 'text' ? 'question.answer' : 'question.more')}
          value={words}
          maxLength={2000}
          rows={3}
          onChange={(event) => setWords(event.target.value)}
        />
      )}
      {(type === 'files' || type === 'text') && <Photos files={files} />}
    </CommandSheet>
  )
}
