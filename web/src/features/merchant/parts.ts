/** What other features use of a shop's screens. */
export { shopForms } from './forms'
