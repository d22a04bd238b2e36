import { Page } from '@/ui/Page'
import { useMe } from '@/app/session'
import { useText } from '../messages'
import { Elsewhere } from './Elsewhere'
import { Factors } from './Factors'
import { Password } from './Password'
import { Sessions } from './Sessions'

/** One's own account: second steps, devices, password, services that sign in. */
export default function AccountPage() {
  const say = useText()
  const me = useMe()
  return (
    <Page narrow title={say('account.title')} about={me.id}>
      <Factors />
      <Sessions />
      <Password />
      <Elsewhere />
    </Page>
  )
}
