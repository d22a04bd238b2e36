import { useView } from '@/app/view'
import { CaseDrawer } from '@/features/case/parts'
import type { Schemas } from '@/shared/api'
import { formatAgo } from '@/shared/time'
import { Countdown } from '@/ui/Countdown'
import { type Column, DataTable } from '@/ui/DataTable'
import { Empty } from '@/ui/Empty'
import { Page } from '@/ui/Page'
import { rowsOf } from '@/ui/pages'
import { useTaskCounts, useTasks } from '../api/tasks'
import { useText } from '../messages'
import css from './desk.module.css'

type Task = Schemas['Task']

/** What one has to do, what falls first at the top. */
export default function TasksPage() {
  const say = useText()
  const [view, change] = useView('kind', 'case')
  const counts = useTaskCounts().data
  const rows = rowsOf(useTasks(view.kind))
  const caseOf = (task: Task) => task.case?.id ?? (task.subject_kind === 'case' ? task.subject_id : undefined)
  const chosen = rows.rows.find((task) => view.case !== undefined && caseOf(task) === view.case)
  const columns: Column<Task>[] = [
    { key: 'task', title: say('tasks.task'), width: 'minmax(200px, 2fr)', cell: (task) => task.text },
    {
      key: 'case',
      title: say('tasks.case'),
      width: 'minmax(180px, 2fr)',
      cell: (task) => (
        <span className={css.two}>
          <span>
            {task.case?.words.kind}
            {task.case?.words.reason && ` · ${task.case.words.reason}`}
          </span>
          <small>
            <code>{(task.case?.id ?? task.subject_id).slice(0, 10)}</code>
          </small>
        </span>
      ),
    },
    {
      key: 'left',
      title: say('tasks.left'),
      width: 'minmax(110px, 1fr)',
      cell: (task) => <Countdown dueAt={task.due_at} since={task.created_at} />,
    },
    {
      key: 'since',
      title: say('tasks.since'),
      width: 'minmax(90px, 1fr)',
      cell: (task) => <span className={css.quiet}>{formatAgo(task.created_at)}</span>,
    },
  ]
  return (
    <>
      <Page
        title={say('tasks.title')}
        about={
          counts && counts.tasks > 0 ? (
            <span className="figures">
              {[
                counts.passed > 0 && say('tasks.passed', { count: counts.passed }),
                say('tasks.soon', { count: counts.soon }),
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
          ) : undefined
        }
        bar={
          counts && counts.items.length > 0 ? (
            <div className={css.tabs} role="group" aria-label={say('tasks.task')}>
              <button type="button" aria-pressed={view.kind === undefined} onClick={() => change({ kind: undefined })}>
                {say('tasks.all', { count: counts.tasks })}
              </button>
              {counts.items.map((each) => (
                <button
                  key={each.kind}
                  type="button"
                  aria-pressed={view.kind === each.kind}
                  onClick={() => change({ kind: each.kind })}
                >
                  {each.text} <span className="figures">{each.tasks}</span>
                </button>
              ))}
            </div>
          ) : undefined
        }
      >
        <DataTable
          {...rows}
          label={say('tasks.title')}
          columns={columns}
          keyOf={(task) => task.id}
          chosen={chosen?.id}
          onChoose={(task) => change({ case: caseOf(task) }, view.case ? 'replace' : 'push')}
          empty={<Empty title={say('tasks.empty')} text={say('tasks.emptyText')} />}
          card={(task) => (
            <span className={css.card}>
              <div>
                <strong>{task.text}</strong>
                <Countdown dueAt={task.due_at} since={task.created_at} />
              </div>
              <small className={css.quiet}>
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
