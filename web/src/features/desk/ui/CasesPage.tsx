import { Button, Input } from 'antd'
import { useDeferredValue } from 'react'
import { useNavigate } from '@tanstack/react-router'
import { useKey } from '@/app/keys'
import { useMe } from '@/app/session'
import { useView } from '@/app/view'
import { CaseDrawer } from '@/features/case/parts'
import { shopForms } from '@/features/merchant/parts'
import { useWords } from '@/shared/words'
import { Page } from '@/ui/Page'
import { Pick } from '@/ui/Pick'
import { Views } from '@/ui/Views'
import cell from '@/ui/list.module.css'
import { useText } from '../messages'
import { filtersOf, kinds, stages, tabOf, tabsOf, type Tab, waitedFor } from '../model/filters'
import { CaseTable } from './CaseTable'
import { SavedViews } from './SavedViews'

/** Cases of the reader's teams, or of their shop. What is filtered and which one is open is in the address. */
export default function CasesPage() {
  const say = useText()
  const word = useWords()
  const me = useMe()
  const navigate = useNavigate()
  const [view, change] = useView('tab', 'kind', 'stage', 'waiting', 'number', 'sort', 'case')
  const number = useDeferredValue(view.number ?? '')
  const filters = filtersOf({ ...view, number }, me.role)
  const tab = tabOf(view.tab, me.role)
  const shop = me.role === 'merchant'
  const whole = (id: string) => void navigate({ to: `/cases/${id}` } as never)
  const chosen = view.case
  useKey('o', say('keys.open'), () => chosen && whole(chosen), {
    group: say('keys.group'),
    when: chosen !== undefined,
  })
  const filtered = view.kind ?? view.stage ?? view.waiting ?? view.number
  return (
    <>
      <Page
        title={say('title')}
        bar={
          <>
            <Views<Tab>
              label={say('tabs.label')}
              value={tab}
              options={tabsOf(me.role).map((value) => ({ value, label: say(`tabs.${value}`) }))}
              onChange={(next) => change({ tab: next, case: undefined, sort: undefined })}
            />
            <Pick
              className={cell.filter}
              label={say('filter.kind')}
              value={view.kind}
              options={kinds.map((kind) => [kind, word('kind', kind)])}
              onChange={(kind) => change({ kind })}
            />
            <Pick
              className={cell.filter}
              label={say('filter.stage')}
              value={view.stage}
              options={stages.map((stage) => [stage, word('stage', stage)])}
              onChange={(stage) => change({ stage })}
            />
            {tab !== 'waiting' && (
              <Pick
                className={cell.filter}
                label={say('filter.waiting')}
                value={view.waiting}
                options={waitedFor.map((who) => [who, word('role', who)])}
                onChange={(waiting) => change({ waiting })}
              />
            )}
            {tab !== 'ended' && (
              <Pick
                className={cell.filter}
                label={say('sort.label')}
                value={view.sort}
                options={[
                  ['due', say('sort.due')],
                  ['newest', say('sort.newest')],
                ]}
                onChange={(sort) => change({ sort })}
              />
            )}
            <Input
              className={cell.search ?? ''}
              allowClear
              aria-label={say('filter.number')}
              placeholder={say('filter.number')}
              value={view.number ?? ''}
              onChange={(event) => change({ number: event.target.value.trim() })}
            />
            <SavedViews place={view} onGo={(place) => change({ ...place, case: undefined })} />
            {filtered && (
              <Button
                type="link"
                onClick={() => change({ kind: undefined, stage: undefined, waiting: undefined, number: undefined })}
              >
                {say('filter.clear')}
              </Button>
            )}
          </>
        }
      >
        <CaseTable
          filters={filters}
          ended={tab === 'ended'}
          chosen={chosen}
          onChoose={(id) => change({ case: id }, chosen ? 'replace' : 'push')}
        />
      </Page>
      {chosen && (
        <CaseDrawer id={chosen} onClose={() => change({ case: undefined })} {...(shop ? { forms: shopForms } : {})} />
      )}
    </>
  )
}
