import { WordsField } from '@/features/case/parts'
import { useText } from '../messages'

interface Props {
  value: string
  onChange: (value: string) => void
  error: string | undefined
}

/** What a shop may say to the customer with what it does. */
export function SayField(props: Props) {
  const say = useText()
  return <WordsField label={say('answer.words')} hint={say('answer.wordsHint')} optional {...props} />
}
