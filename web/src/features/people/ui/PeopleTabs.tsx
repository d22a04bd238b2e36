import { PageTabs } from '@/ui/PageTabs'
import { useText } from '../messages'

/** The operators' pages about people. */
export function PeopleTabs() {
  const say = useText()
  return (
    <PageTabs
      label={say('title')}
      tabs={[
        ['/people', say('title')],
        ['/teams', say('teams.title')],
        ['/customer-access', say('customer.tab')],
      ]}
    />
  )
}
