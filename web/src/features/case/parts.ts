/** What other features show of a case. Apart from index.ts, so that the staff's entry does not carry it. */
export { CaseDrawer } from './ui/CaseDrawer'
export { CaseView } from './ui/CaseView'
export { Reveal } from './ui/Reveal'
export { ProposalDiff } from './ui/ProposalDiff'
export {
  caseQuery,
  type Case,
  type CaseHead,
  type Filters,
  useCases,
  useEvidence,
  useOrder,
  useVariants,
} from './api/case'
export { charge, command, refreshCase, useRefresh } from './api/commands'
export { CommandForm, type FormProps } from './forms/CommandForm'
export { DecideForm } from './forms/DecideForm'
export { AmountField, ChoiceField, FilesField, Tick, WordsField } from './forms/fields'
export type { Forms } from './forms'
export { load as loadCase } from './messages'
