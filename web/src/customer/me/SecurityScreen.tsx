import { Screen } from '../shell/Screen'
import { Factors } from './Factors'
import './me.css'
import { useText } from './messages'
import { Password } from './Password'

/** How one signs in: the password, and what is asked for besides. */
export default function SecurityScreen() {
  const t = useText()
  return (
    <Screen title={t('security.title')} backTo="/me">
      <div className="stack wide">
        <Password />
        <Factors />
      </div>
    </Screen>
  )
}
