import { useView } from '@/app/view'
import { CaseDrawer } from '@/features/case/parts'
import { DataTable } from '@/ui/DataTable'
import { Empty } from '@/ui/Empty'
import cell from '@/ui/list.module.css'
import { Page } from '@/ui/Page'
import { rowsOf } from '@/ui/pages'
import { useTasks } from '../api/tasks'
import { useText } from '../messages'
import { caseOf, TaskAbout, TaskKinds, TaskLeft, useTaskColumns } from './TaskParts'

/** What one has to do, what falls first at the top. */
export default function TasksPage() {
  const say = useText()
  const [view, change] = useView('kind', 'case')
  const rows = rowsOf(useTasks(view.kind))
  const chosen = rows.rows.find((task) => view.case !== undefined && caseOf(task) === view.case)
  const column = useTaskColumns()
  return (
    <>
      <Page
        title={say('tasks.title')}
        about={<TaskAbout />}
        bar={<TaskKinds kind={view.kind} onChange={(kind) => change({ kind })} />}
      >
        <DataTable
          {...rows}
          label={say('tasks.title')}
          columns={[column.task, column.case, column.left, column.since]}
          keyOf={(task) => task.id}
          chosen={chosen?.id}
          onChoose={(task) => change({ case: caseOf(task) }, view.case ? 'replace' : 'push')}
          empty={<Empty title={say('tasks.empty')} text={say('tasks.emptyText')} />}
          card={(task) => (
            <span className={cell.card}>
              <div>
                <strong>{task.text}</strong>
                <TaskLeft task={task} />
              </div>
              <small className={cell.quiet}>
                {task.case?.words.kind} {task.case?.words.reason}
              </small>
            </span>
          )}
        />
      </Page>
      {view.case && <CaseDrawer id={view.case} onClose={() => change({ case: undefined })} />}
    </>
  )
}
