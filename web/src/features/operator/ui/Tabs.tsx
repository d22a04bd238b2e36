import { PageTabs } from '@/ui/PageTabs'
import { useText } from '../messages'

export function PartnerTabs() {
  const say = useText()
  return (
    <PageTabs
      label={say('partners.title')}
      tabs={[
        ['/partners', say('partners.health')],
        ['/ledger', say('ledger.title')],
        ['/discrepancies', say('discrepancies.title')],
      ]}
    />
  )
}
