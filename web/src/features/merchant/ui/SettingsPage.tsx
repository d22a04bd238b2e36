import { useView } from '@/app/view'
import { useMe } from '@/app/session'
import { Page } from '@/ui/Page'
import { useText } from '../messages'
import { Addresses } from './Addresses'
import { Rules } from './Rules'
import { Staff } from './Staff'
import css from './merchant.module.css'

const tabs = ['addresses', 'rules', 'staff'] as const

/** What a shop keeps in order besides its cases. What only its owner changes others may read, but for its staff. */
export default function SettingsPage() {
  const say = useText()
  const me = useMe()
  const owner = me.owner === true
  const [view, change] = useView('tab')
  const tab = tabs.find((each) => each === view.tab) ?? 'addresses'
  return (
    <Page
      title={say('settings.title')}
      about={owner ? undefined : say('settings.reader')}
      narrow
      bar={
        <div className={css.tabs} role="group" aria-label={say('settings.title')}>
          {tabs.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === tab}
              onClick={() => change({ tab: each === 'addresses' ? undefined : each })}
            >
              {say(`settings.${each}`)}
            </button>
          ))}
        </div>
      }
    >
      {tab === 'addresses' && <Addresses owner={owner} />}
      {tab === 'rules' && <Rules owner={owner} />}
      {tab === 'staff' && <Staff owner={owner} />}
    </Page>
  )
}
