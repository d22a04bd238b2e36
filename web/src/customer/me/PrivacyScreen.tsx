import { Link } from '../shell/Link'
import { Screen } from '../shell/Screen'
import { Icon } from '../ui'
import { Consents } from './Consents'
import { Copies } from './Copies'
import { Known } from './Known'
import './me.css'
import { useText } from './messages'

/** What is known about oneself, what one agreed to, a copy of it all, and the end of it. */
export default function PrivacyScreen() {
  const t = useText()
  return (
    <Screen title={t('privacy.title')} backTo="/me">
      <div className="stack wide">
        <Known />
        <Consents />
        <Copies />
        <section aria-labelledby="erase">
          <h2 className="section-title" id="erase">
            {t('privacy.erase')}
          </h2>
          <div className="card rows">
            <Link to="/me/erasure" className="row">
              <span className="row-icon danger">
                <Icon name="bin" size={22} />
              </span>
              <span className="row-words">
                <span className="row-title">{t('privacy.eraseGo')}</span>
                <span className="row-note">{t('privacy.eraseLead')}</span>
              </span>
              <Icon name="next" size={18} />
            </Link>
          </div>
        </section>
      </div>
    </Screen>
  )
}
