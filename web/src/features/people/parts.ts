/** What other features use of people. */
export { type Colleague, useColleagues } from './api/people'
export { Status } from './ui/Status'
