import { useMe } from '@/app/session'
import { useView } from '@/app/view'
import { useApprovals } from '@/features/approval/parts'
import { CaseDrawer } from '@/features/case/parts'
import { caseOf, type Task, TaskCase, TaskLeft, useTasks } from '@/features/desk/parts'
import { type Colleague, Status, useColleagues } from '@/features/people/parts'
import type { Schemas } from '@/shared/api'
import { formatMoney } from '@/shared/money'
import { formatSpan, formatWhole, useNow } from '@/shared/time'
import { useWords } from '@/shared/words'
import { useNavigate } from '@tanstack/react-router'
import { Countdown } from '@/ui/Countdown'
import { type Column, DataTable, type Rows } from '@/ui/DataTable'
import cell from '@/ui/list.module.css'
import { MoneyText } from '@/ui/MoneyText'
import { Page } from '@/ui/Page'
import { rowsOf } from '@/ui/pages'
import { StatusTag } from '@/ui/StatusTag'
import { useText } from '../messages'
import { raisedOf } from '../model/raised'
import css from './team.module.css'

type Approval = Schemas['Approval']

/** What a supervisor answers for: what went up to them and since when, what waits for their yes, and who may decide how much. */
export default function TeamPage() {
  const say = useText()
  const [view, change] = useView('case')
  const tasks = rowsOf(useTasks(undefined))
  const raised = { ...tasks, rows: raisedOf(tasks.rows) }
  const approvals = rowsOf(useApprovals())
  const people = rowsOf(useColleagues({}))
  const counts = [
    say('raised.count', { count: raised.rows.length }),
    say('approvals.count', { count: approvals.rows.length }),
  ]
  return (
    <>
      <Page title={say('title')} about={<span className="figures">{counts.join(' · ')}</span>}>
        <Part title={say('raised.title')} text={say('raised.text')}>
          <Raised
            table={raised}
            chosen={view.case}
            onChoose={(id) => change({ case: id }, view.case ? 'replace' : 'push')}
          />
        </Part>
        <Part title={say('approvals.title')} text={say('approvals.text')}>
          <Approvals table={approvals} people={people.rows} />
        </Part>
        <Part title={say('limits.title')} text={say('limits.text')}>
          <Limits table={people} />
        </Part>
      </Page>
      {view.case && <CaseDrawer id={view.case} onClose={() => change({ case: undefined })} />}
    </>
  )
}

function Part({ title, text, children }: { title: string; text: string; children: React.ReactNode }) {
  return (
    <section className={css.part} aria-label={title}>
      <h2>{title}</h2>
      <p className={cell.note}>{text}</p>
      {children}
    </section>
  )
}

/** That nothing is there, in a line: the other parts of the page have something. */
const Nothing = ({ title, text }: { title: string; text: string }) => (
  <p className={css.nothing}>
    <strong>{title}</strong> {text}
  </p>
)

/** How long something has waited, counting on. */
function Waited({ since }: { since: string }) {
  const now = useNow()
  return (
    <time className="figures" dateTime={since} title={formatWhole(since)}>
      {formatSpan(Math.max(0, now - Date.parse(since)))}
    </time>
  )
}

function Raised(props: { table: Rows<Task>; chosen: string | undefined; onChoose: (id: string | undefined) => void }) {
  const { table, chosen, onChoose } = props
  const say = useText()
  const columns: Column<Task>[] = [
    { key: 'what', title: say('raised.what'), width: 'minmax(150px, 1.4fr)', cell: (task) => task.text },
    { key: 'case', title: '', width: 'minmax(180px, 2fr)', cell: (task) => <TaskCase task={task} /> },
    {
      key: 'waited',
      title: say('raised.waited'),
      width: 'minmax(110px, 0.8fr)',
      cell: (task) => <Waited since={task.created_at} />,
    },
    {
      key: 'left',
      title: say('raised.left'),
      width: 'minmax(110px, 0.8fr)',
      cell: (task) => <TaskLeft task={task} />,
    },
    {
      key: 'amount',
      title: say('approvals.amount'),
      width: '110px',
      align: 'end',
      cell: (task) => task.case && <MoneyText value={task.case.amount} />,
    },
  ]
  return (
    <DataTable
      {...table}
      label={say('raised.title')}
      columns={columns}
      keyOf={(task) => task.id}
      chosen={table.rows.find((task) => chosen !== undefined && caseOf(task) === chosen)?.id}
      onChoose={(task) => onChoose(caseOf(task))}
      empty={<Nothing title={say('raised.empty')} text={say('raised.emptyText')} />}
      card={(task) => (
        <span className={cell.card}>
          <div>
            <strong>{task.text}</strong>
            <Waited since={task.created_at} />
          </div>
          <div>
            <TaskCase task={task} />
            <TaskLeft task={task} />
          </div>
        </span>
      )}
    />
  )
}

function Approvals({ table, people }: { table: Rows<Approval>; people: readonly Colleague[] }) {
  const say = useText()
  const navigate = useNavigate()
  const columns: Column<Approval>[] = [
    {
      key: 'who',
      title: say('approvals.who'),
      width: 'minmax(160px, 1.4fr)',
      cell: (row) => <Proposer row={row} people={people} />,
    },
    {
      key: 'rule',
      title: say('approvals.rule'),
      width: 'minmax(180px, 2fr)',
      cell: (row) => <span title={row.rule}>{row.rule_text}</span>,
    },
    {
      key: 'waited',
      title: say('raised.waited'),
      width: 'minmax(110px, 0.8fr)',
      cell: (row) => <Waited since={row.at} />,
    },
    {
      key: 'left',
      title: say('raised.left'),
      width: 'minmax(110px, 0.8fr)',
      cell: (row) => <Left row={row} />,
    },
    {
      key: 'amount',
      title: say('approvals.amount'),
      width: '110px',
      align: 'end',
      cell: (row) => <MoneyText value={row.amount} />,
    },
  ]
  return (
    <DataTable
      {...table}
      label={say('approvals.title')}
      columns={columns}
      keyOf={(row) => row.id}
      onChoose={(row) => void navigate({ to: `/approvals?id=${row.id}` } as never)}
      empty={<Nothing title={say('approvals.empty')} text={say('approvals.emptyText')} />}
      card={(row) => (
        <span className={cell.card}>
          <div>
            <MoneyText value={row.amount} />
            <Left row={row} />
          </div>
          <div>
            <Proposer row={row} people={people} />
            <Waited since={row.at} />
          </div>
          <small className={cell.quiet}>{row.rule_text}</small>
        </span>
      )}
    />
  )
}

function Left({ row }: { row: Approval }) {
  const say = useText()
  return row.level > 0 ? (
    <StatusTag tone="bad">{say('approvals.over')}</StatusTag>
  ) : (
    <Countdown dueAt={row.due_at} since={row.at} />
  )
}

/** Who proposed it and what they may decide alone. */
function Proposer({ row, people }: { row: Approval; people: readonly Colleague[] }) {
  const say = useText()
  const me = useMe()
  const one = people.find(({ id }) => id === row.proposed_by)
  const limit = one?.limit
  return (
    <span className={cell.two}>
      <span>{one ? (one.name ?? one.login ?? one.id) : say('approvals.unknown')}</span>
      <small>
        {row.proposed_by === me.id
          ? say('approvals.yours')
          : one && (limit ? say('approvals.limit', { amount: formatMoney(limit) }) : say('limits.none'))}
      </small>
    </span>
  )
}

function Limits({ table }: { table: Rows<Colleague> }) {
  const say = useText()
  const word = useWords()
  const me = useMe()
  const name = (one: Colleague) => (
    <span className={cell.two}>
      <span>
        {one.name ?? one.login ?? one.id}
        {one.id === me.id && ` · ${say('limits.you')}`}
      </span>
      <small>{one.login}</small>
    </span>
  )
  const limit = (one: Colleague) =>
    one.limit ? (
      <span className="figures">{formatMoney(one.limit)}</span>
    ) : (
      <span className={cell.quiet}>{say('limits.none')}</span>
    )
  const columns: Column<Colleague>[] = [
    { key: 'name', title: say('limits.name'), width: 'minmax(180px, 1.6fr)', cell: name },
    { key: 'role', title: say('limits.role'), width: 'minmax(110px, 1fr)', cell: (one) => word('role', one.role) },
    {
      key: 'status',
      title: say('limits.status'),
      width: 'minmax(100px, 0.8fr)',
      cell: (one) => <Status one={one} />,
    },
    { key: 'limit', title: say('limits.limit'), width: '140px', align: 'end', cell: limit },
  ]
  return (
    <DataTable
      {...table}
      label={say('limits.title')}
      columns={columns}
      keyOf={({ id }) => id}
      dim={({ status }) => status === 'inactive'}
      empty={<Nothing title={say('limits.empty')} text={say('limits.emptyText')} />}
      card={(one) => (
        <span className={cell.card}>
          <div>
            {name(one)}
            {limit(one)}
          </div>
          <div>
            <small className={cell.quiet}>{word('role', one.role)}</small>
            <Status one={one} />
          </div>
        </span>
      )}
    />
  )
}
