import type { English } from '@/shared/i18n'
import type source from './zh-CN'

export default {
  title: 'Approvals',
  waiting_one: '{{count}} waiting',
  waiting_other: '{{count}} waiting',
  list: 'Proposals to decide on',
  empty: 'Nothing to approve',
  emptyText: 'Refunds and judgments that need your word turn up here, what falls due first at the top.',
  pick: 'Choose a proposal from the list',
  votes: '{{given}}/{{needed}}',
  escalated: 'Escalated',
  keys: {
    group: 'Approvals',
    down: 'Next',
    up: 'Previous',
    approve: 'Approve',
    reject: 'Reject',
    open: 'Open the page',
  },
  approve: 'Approve',
  reject: 'Reject',
  hint: 'a approve · r reject · j / k down and up · o open the case',
  whole: 'Open case',
  decided: 'This proposal was decided.',
  left: 'left',
} satisfies English<typeof source>
