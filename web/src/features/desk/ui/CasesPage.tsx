import { Button, Input } from 'antd'
import { useDeferredValue } from 'react'
import { useNavigate } from '@tanstack/react-router'
import { useKey } from '@/app/keys'
import { useMe } from '@/app/session'
import { useView } from '@/app/view'
import { useCases, type CaseHead, CaseDrawer } from '@/features/case/parts'
import { shopForms } from '@/features/merchant/parts'
import { formatAgo, formatWhole } from '@/shared/time'
import { useWords } from '@/shared/words'
import { toneOf } from '@/shared/words/tone'
import { Countdown } from '@/ui/Countdown'
import { type Column, DataTable } from '@/ui/DataTable'
import { Empty } from '@/ui/Empty'
import { MoneyText } from '@/ui/MoneyText'
import { Page } from '@/ui/Page'
import { rowsOf } from '@/ui/pages'
import { Pick } from '@/ui/Pick'
import { Views } from '@/ui/Views'
import { StatusTag } from '@/ui/StatusTag'
import cell from '@/ui/list.module.css'
import { useText } from '../messages'
import { filtersOf, kinds, stages, tabOf, tabsOf, type Tab, waitedFor } from '../model/filters'
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
  const rows = rowsOf(useCases(filters))
  const whole = (id: string) => void navigate({ to: `/cases/${id}` } as never)
  const chosen = view.case
  useKey('o', say('keys.open'), () => chosen && whole(chosen), {
    group: say('keys.group'),
    when: chosen !== undefined,
  })
  const filtered = view.kind ?? view.stage ?? view.waiting ?? view.number
  const columns: Column<CaseHead>[] = [
    {
      key: 'case',
      title: say('column.case'),
      width: 'minmax(180px, 2fr)',
      cell: (row) => (
        <span className={cell.two}>
          <span>
            {row.words.kind}
            {row.words.reason && ` · ${row.words.reason}`}
          </span>
          <small>
            <code>{row.id.slice(0, 10)}</code> · {row.order_id}
          </small>
        </span>
      ),
    },
    {
      key: 'stage',
      title: say('column.stage'),
      width: 'minmax(130px, 1fr)',
      cell: (row) => <Standing row={row} />,
    },
    {
      key: 'waits',
      title: say('column.waits'),
      width: 'minmax(72px, 0.6fr)',
      cell: (row) => row.words.waiting_for ?? '',
    },
    {
      key: 'left',
      title: say('column.left'),
      width: 'minmax(110px, 0.8fr)',
      cell: (row) => row.open && row.due_at && <Countdown dueAt={row.due_at} />,
    },
    {
      key: 'agent',
      title: say('column.agent'),
      width: 'minmax(80px, 0.6fr)',
      cell: (row) => (
        <span className={cell.quiet}>
          {row.agent_id ? (row.agent_id === me.id ? say('you') : row.agent_id) : row.open ? say('nobody') : ''}
        </span>
      ),
    },
    {
      key: 'opened',
      title: say('column.opened'),
      width: 'minmax(90px, 0.7fr)',
      cell: (row) => (
        <time className={cell.quiet} dateTime={row.opened_at} title={formatWhole(row.opened_at)}>
          {formatAgo(row.opened_at)}
        </time>
      ),
    },
    {
      key: 'amount',
      title: say('column.amount'),
      width: '110px',
      align: 'end',
      cell: (row) => <MoneyText value={row.open ? row.amount : row.refunded} />,
    },
  ]
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
        <DataTable
          {...rows}
          label={say('title')}
          columns={columns.filter(({ key }) => !shop || key !== 'agent')}
          keyOf={(row) => row.id}
          chosen={chosen}
          onChoose={(row) => change({ case: row.id }, chosen ? 'replace' : 'push')}
          dim={(row) => !row.open && tab !== 'ended'}
          empty={<Empty title={say('empty')} text={say('emptyText')} />}
          card={(row) => (
            <span className={cell.card}>
              <div>
                <strong>{row.words.kind}</strong>
                <MoneyText value={row.open ? row.amount : row.refunded} />
              </div>
              <div>
                <Standing row={row} />
                {row.open && row.due_at && <Countdown dueAt={row.due_at} />}
              </div>
              <small className={cell.quiet}>
                {row.words.reason} · {row.order_id}
              </small>
            </span>
          )}
        />
      </Page>
      {chosen && (
        <CaseDrawer id={chosen} onClose={() => change({ case: undefined })} {...(shop ? { forms: shopForms } : {})} />
      )}
    </>
  )
}

function Standing({ row }: { row: CaseHead }) {
  const me = useMe()
  return (
    <StatusTag tone={toneOf(row, me.role)}>
      {row.open ? row.words.stage : (row.words.outcome ?? row.words.stage)}
    </StatusTag>
  )
}
