import type { English } from '@/shared/i18n'
import type source from './zh-CN'

export default {
  title: 'Team',
  raised: {
    title: 'Raised to me',
    text: 'Cases that agents did not get to in time and that went up to supervisors, the longest waiting first.',
    empty: 'Nothing was raised',
    emptyText: 'As long as agents are in time, this is empty.',
    count_one: '{{count}} case raised to me',
    count_other: '{{count}} cases raised to me',
    what: 'To do',
    waited: 'Waited',
    left: 'Time left',
  },
  approvals: {
    title: 'Proposals to approve',
    text: 'Above the limit of whoever proposed them.',
    empty: 'No proposals wait',
    emptyText: 'Proposals above somebody’s limit turn up here.',
    count_one: '{{count}} to approve',
    count_other: '{{count}} to approve',
    who: 'Proposed by',
    unknown: 'Somebody outside the team',
    yours: 'Your own: another person approves',
    limit: 'Limit {{amount}}',
    amount: 'Amount',
    rule: 'Rule it hit',
    over: 'Went up to operators',
  },
  limits: {
    title: 'Approval limits',
    text: 'What each person may decide alone; more wants an approval. Operators set the limits.',
    name: 'Name',
    role: 'Role',
    limit: 'Decides alone',
    status: 'Status',
    none: 'Everything is approved',
    you: 'You',
    empty: 'Nobody is in the team yet',
    emptyText: 'Operators put agents into your team.',
  },
} satisfies English<typeof source>
