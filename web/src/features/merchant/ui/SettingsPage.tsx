import { useView } from '@/app/view'
import { useMe } from '@/app/session'
import { Tokens } from '@/features/operator/parts'
import { Page } from '@/ui/Page'
import { Views } from '@/ui/Views'
import { useText } from '../messages'
import { Addresses } from './Addresses'
import { Rules } from './Rules'
import { Staff } from './Staff'

const all = ['addresses', 'rules', 'staff', 'keys'] as const

/** What a shop keeps in order besides its cases. What only its owner changes others may read, but for its staff. */
export default function SettingsPage() {
  const say = useText()
  const me = useMe()
  const owner = me.owner === true
  const [view, change] = useView('tab')
  const tabs = all.filter((each) => owner || each !== 'keys') // a key speaks for the owner alone
  const tab = tabs.find((each) => each === view.tab) ?? 'addresses'
  return (
    <Page
      title={say('settings.title')}
      about={owner ? undefined : say('settings.reader')}
      narrow
      bar={
        <Views
          label={say('settings.title')}
          value={tab}
          options={tabs.map((value) => ({ value, label: say(`settings.${value}`) }))}
          onChange={(next) => change({ tab: next === 'addresses' ? undefined : next })}
        />
      }
    >
      {tab === 'addresses' && <Addresses owner={owner} />}
      {tab === 'rules' && <Rules owner={owner} />}
      {tab === 'staff' && <Staff owner={owner} />}
      {tab === 'keys' && <Tokens />}
    </Page>
  )
}
