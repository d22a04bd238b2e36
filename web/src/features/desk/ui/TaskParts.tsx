import type { Schemas } from '@/shared/api'
import { formatAgo } from '@/shared/time'
import { Countdown } from '@/ui/Countdown'
import type { Column } from '@/ui/DataTable'
import cell from '@/ui/list.module.css'
import { Views } from '@/ui/Views'
import { useTaskCounts } from '../api/tasks'
import { useText } from '../messages'
import css from './desk.module.css'

export type Task = Schemas['Task']

/** The case that a task is about, if it is about one. */
export const caseOf = (task: Task): string | undefined =>
  task.case?.id ?? (task.subject_kind === 'case' ? task.subject_id : undefined)

/** How much of all that is to be done is late, and how much soon will be. */
export function TaskAbout() {
  const say = useText()
  const counts = useTaskCounts().data
  if (!counts?.tasks) return null
  const parts = [
    counts.passed > 0 && say('tasks.passed', { count: counts.passed }),
    say('tasks.soon', { count: counts.soon }),
  ]
  return <span className="figures">{parts.filter(Boolean).join(' · ')}</span>
}

/** The kinds of what is to be done, with how many of each there are. */
export function TaskKinds({ kind, onChange }: { kind: string | undefined; onChange: (kind?: string) => void }) {
  const say = useText()
  const counts = useTaskCounts().data
  if (!counts?.items.length) return null
  const kinds = counts.items.map((each) => ({
    value: each.kind,
    label: (
      <>
        {each.text} <span className="figures">{each.tasks}</span>
        {each.passed > 0 && <span className={css.late}>{say('tasks.passed', { count: each.passed })}</span>}
      </>
    ),
  }))
  return (
    <Views
      label={say('tasks.task')}
      value={kind ?? ''}
      options={[{ value: '', label: say('tasks.all', { count: counts.tasks }) }, ...kinds]}
      onChange={(next) => onChange(next || undefined)}
    />
  )
}

/** What a task is about. */
export function TaskCase({ task }: { task: Task }) {
  return (
    <span className={cell.two}>
      <span>
        {task.case?.words.kind}
        {task.case?.words.reason && ` · ${task.case.words.reason}`}
      </span>
      <small>
        <code>{(task.case?.id ?? task.subject_id).slice(0, 10)}</code>
        {task.case && ` · ${task.case.order_id}`}
      </small>
    </span>
  )
}

export const TaskLeft = ({ task }: { task: Task }) => <Countdown dueAt={task.due_at} since={task.created_at} />

/** The columns of every list of tasks: what, on which case, how long there is, since when. */
export function useTaskColumns() {
  const say = useText()
  return {
    task: { key: 'task', title: say('tasks.task'), width: 'minmax(150px, 1.4fr)', cell: (task) => task.text },
    case: {
      key: 'case',
      title: say('tasks.case'),
      width: 'minmax(180px, 2fr)',
      cell: (task) => <TaskCase task={task} />,
    },
    left: {
      key: 'left',
      title: say('tasks.left'),
      width: 'minmax(110px, 0.8fr)',
      cell: (task) => <TaskLeft task={task} />,
    },
    since: {
      key: 'since',
      title: say('tasks.since'),
      width: 'minmax(90px, 0.6fr)',
      cell: (task) => <span className={cell.quiet}>{formatAgo(task.created_at)}</span>,
    },
  } satisfies Record<string, Column<Task>>
}
