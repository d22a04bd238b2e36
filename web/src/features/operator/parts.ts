/** What other features use of the operators' pages. Apart from index.tsx, so that the staff's entry does not carry it. */
export { Tokens } from './ui/Tokens'
export { load as loadOperator } from './messages'
