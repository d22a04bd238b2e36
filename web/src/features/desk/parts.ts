/** What other features use of the desk. */
export { useTaskCounts, useTaskNumber, useTasks } from './api/tasks'
