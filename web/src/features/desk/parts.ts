/** What other features use of the desk. */
export { useTaskCounts, useTaskNumber, useTasks } from './api/tasks'
export { caseOf, type Task, TaskAbout, TaskCase, TaskKinds, TaskLeft, useTaskColumns } from './ui/TaskParts'
