import { Page } from '@/ui/Page'
import { useText } from '../messages'
import { Tokens } from './Tokens'

/** One's keys for programs. */
export default function TokensPage() {
  const say = useText()
  return (
    <Page narrow title={say('tokens.title')}>
      <Tokens />
    </Page>
  )
}
