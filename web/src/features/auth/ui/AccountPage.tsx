import { Page } from '@/ui/Page'
import { useText } from '../messages'
import { Elsewhere } from './Elsewhere'
import { Factors } from './Factors'
import { Known } from './Known'
import { Password } from './Password'
import { Sessions } from './Sessions'

/** One's own account: second steps, devices, password, services that sign in, what is kept. */
export default function AccountPage() {
  const say = useText()
  return (
    <Page narrow title={say('account.title')}>
      <Factors />
      <Sessions />
      <Password />
      <Elsewhere />
      <Known />
    </Page>
  )
}
