/** What other features use of approvals. */
export { useApprovals } from './api/approvals'
