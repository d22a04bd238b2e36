export { api, sending, take, type Paths, type Schemas } from './client'
export { setHooks, type StepUpAbout, type StepUpAsk } from './hooks'
export { Cancelled, isProblem, Problem, Unreachable, type FieldError } from './problem'
export { sha256 } from './send'
