import { useMe } from '@/app/session'
import { PageTabs } from '@/ui/PageTabs'
import { useText } from '../messages'

export function DeskTabs() {
  const say = useText()
  const me = useMe()
  return (
    <PageTabs
      label={say('title')}
      tabs={[
        ['/desk/canned', say('canned.title')],
        ['/desk/tags', say('tags.title')],
        ...(me.role === 'agent'
          ? []
          : ([
              ['/desk/targets', say('targets.title')],
              ['/desk/hours', say('hours.title')],
            ] as const)),
      ]}
    />
  )
}
