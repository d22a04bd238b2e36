import type { English } from '@/shared/i18n'
import type source from './zh-CN'

export default {
  retry: 'Try again',
  loading: 'Loading',
  close: 'Close',
  cancel: 'Cancel',
  failure: {
    title: 'This could not be loaded',
    unreachable: 'The server cannot be reached. Check the network and try again.',
    unknown: 'Something went wrong on this page. If trying again does not help, reload it.',
    reference: 'Reference {{id}}',
  },
  next: {
    yours: 'Your turn',
    left: 'left',
    over: 'Time is up, working on it',
    paused: 'The clock is stopped',
    moved_one: 'Deadline moved once',
    moved_other: 'Deadline moved {{count}} times',
    until: 'Due {{at}}',
  },
  formula: { rest: 'Anything else', total: 'Total', rule: 'Rule {{rule}}' },
  timeline: {
    newest: 'Newest',
    all: 'Show all {{count}}',
    files_one: '{{count}} attachment',
    files_other: '{{count}} attachments',
  },
  evidence: {
    open: 'View {{kind}} ({{n}} of {{all}})',
    picture: 'picture',
    video: 'video',
    document: 'document',
    rejected: 'Not accepted',
    previous: 'Previous',
    next: 'Next',
    of: '{{n}} of {{all}}',
    by: '{{who}}, {{at}}',
    unavailable: 'Cannot be shown now',
    none: 'No evidence',
    download: 'Download',
  },
  table: {
    more: 'Loading more',
    end: 'All {{count}} are shown',
    select: 'Select',
    selectAll: 'Select all',
    down: 'Next row',
    up: 'Previous row',
  },
  form: {
    stale: 'The case changed while you were filling this in. What you typed is kept: check it and send again.',
    changed: 'What changed',
    submitAgain: 'Checked, send again',
    busy: 'Sending',
  },
  stepup: {
    title: 'Confirm that it is you',
    intro: 'This step moves money or rights, so it needs a fresh proof.',
    confirm: 'Confirm and continue',
  },
} satisfies English<typeof source>
