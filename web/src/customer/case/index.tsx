export { default } from './CaseScreen'
