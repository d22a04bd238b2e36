import { Notice } from '../../ui'
import { useText } from '../messages'
import { enabled } from '../model/actions'
import { Panel, type PanelProps } from './Panel'

/** What is asked now, in full: nobody has to open the form, which the button at the foot does, to learn what is wanted. */
export function Question({ one }: PanelProps) {
  const t = useText()
  const { question } = one
  if (!question || !enabled(one, 'answer')) return null
  return (
    <Panel tone="act" title={t('question.title')}>
      <p>{question.text}</p>
      {question.retry && <Notice tone="act">{t('question.again')}</Notice>}
    </Panel>
  )
}
