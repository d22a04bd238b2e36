import { Button } from 'antd'
import { useState } from 'react'
import { useKey } from '@/app/keys'
import { useView } from '@/app/view'
import { CaseDrawer } from '@/features/case/parts'
import {
  caseOf,
  type Task,
  TaskAbout,
  TaskCase,
  TaskKinds,
  TaskLeft,
  useTaskColumns,
  useTasks,
} from '@/features/desk/parts'
import { type Column, DataTable } from '@/ui/DataTable'
import { Empty } from '@/ui/Empty'
import { MoneyText } from '@/ui/MoneyText'
import { Page } from '@/ui/Page'
import { rowsOf } from '@/ui/pages'
import { shopForms } from '../forms'
import cell from '@/ui/list.module.css'
import { useText } from '../messages'
import { type BulkKind, bulkRows } from '../model/bulk'
import { Bulk } from './Bulk'
import css from './merchant.module.css'

const ways: readonly BulkKind[] = ['agree', 'confirm']

/** What the shop has to do, what falls first at the top; beside it the case; several at once where they are alike. */
export default function TasksPage() {
  const say = useText()
  const [view, change] = useView('kind', 'soon', 'case')
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  const [bulk, setBulk] = useState<{ what: BulkKind; tasks: readonly Task[] } | null>(null)
  const soon = view.soon === 'yes'
  const table = rowsOf(useTasks(view.kind, soon ? 'hour' : undefined))
  const { rows } = table
  const chosen = rows.find((task) => view.case !== undefined && caseOf(task) === view.case)
  const chosenTasks = rows.filter((task) => ticked.has(task.id))
  const able = ways.map((what) => [what, bulkRows(chosenTasks, what).length] as const)
  useKey('c', say('bulk.clear'), () => setTicked(new Set()), { group: say('tasks.title'), when: ticked.size > 0 })
  const column = useTaskColumns()
  const columns: Column<Task>[] = [
    column.task,
    column.case,
    column.left,
    {
      key: 'then',
      title: say('tasks.then'),
      width: 'minmax(120px, 1.6fr)',
      cell: (task) => <span className={css.then}>{task.case?.words.at_zero}</span>,
    },
    column.since,
    {
      key: 'amount',
      title: say('tasks.amount'),
      width: '104px',
      align: 'end',
      cell: (task) => task.case && <MoneyText value={task.case.amount} />,
    },
  ]
  return (
    <>
      <Page
        title={say('tasks.title')}
        about={<TaskAbout />}
        bar={
          <>
            <TaskKinds kind={view.kind} onChange={(kind) => change({ kind })} />
            <Button
              aria-pressed={soon}
              type={soon ? 'primary' : 'default'}
              ghost={soon}
              onClick={() => change({ soon: soon ? undefined : 'yes' })}
            >
              {say('tasks.onlySoon')}
            </Button>
            {ticked.size > 0 && (
              <div className={css.chosen} role="region" aria-label={say('bulk.title')}>
                <span className="figures">{say('bulk.chosen', { count: chosenTasks.length })}</span>
                {able.map(
                  ([what, count]) =>
                    count > 0 && (
                      <Button key={what} type="primary" onClick={() => setBulk({ what, tasks: chosenTasks })}>
                        {say(`bulk.${what}`, { count })}
                      </Button>
                    ),
                )}
                {able.every(([, count]) => count === 0) && <span className={cell.quiet}>{say('bulk.none')}</span>}
                <Button type="text" onClick={() => setTicked(new Set())}>
                  {say('bulk.clear')}
                </Button>
              </div>
            )}
          </>
        }
      >
        <DataTable
          {...table}
          label={say('tasks.title')}
          columns={columns}
          keyOf={(task) => task.id}
          chosen={chosen?.id}
          onChoose={(task) => change({ case: caseOf(task) }, view.case ? 'replace' : 'push')}
          ticked={ticked}
          onTick={setTicked}
          empty={
            soon || view.kind ? (
              <Empty
                title={say('tasks.noneHere')}
                action={
                  <Button onClick={() => change({ kind: undefined, soon: undefined })}>{say('tasks.showAll')}</Button>
                }
              />
            ) : (
              <Empty title={say('tasks.empty')} text={say('tasks.emptyText')} />
            )
          }
          card={(task) => (
            <span className={cell.card}>
              <span>
                <strong>{task.text}</strong>
                <TaskLeft task={task} />
              </span>
              <span>
                <TaskCase task={task} />
                {task.case && <MoneyText value={task.case.amount} />}
              </span>
            </span>
          )}
        />
      </Page>
      {view.case && <CaseDrawer id={view.case} forms={shopForms} onClose={() => change({ case: undefined })} />}
      {bulk && (
        <Bulk
          what={bulk.what}
          rows={bulkRows(bulk.tasks, bulk.what)}
          left={bulk.tasks.length - bulkRows(bulk.tasks, bulk.what).length}
          onClose={() => {
            setBulk(null)
            setTicked(new Set())
          }}
          onOpen={(id) => {
            setBulk(null)
            change({ case: id }, 'push')
          }}
        />
      )}
    </>
  )
}
