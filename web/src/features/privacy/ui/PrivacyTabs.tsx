import { PageTabs } from '@/ui/PageTabs'
import { useText } from '../messages'

export function PrivacyTabs() {
  const say = useText()
  return (
    <PageTabs
      label={say('title')}
      tabs={[
        ['/erasures', say('erasures.title')],
        ['/legal-holds', say('holds.title')],
      ]}
    />
  )
}
