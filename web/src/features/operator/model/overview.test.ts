import { expect, test } from 'vitest'
import type { Overview, PartnerHealth } from '../api/standing'
import { concernsOf, kindsOf } from './overview'

const at = '2026-11-22T12:00:00Z'
const well: Overview = {
  at,
  open_cases: 3,
  open: [],
  due_within_hour: 2,
  overdue: 0,
  approvals_waiting: 1,
  refunds_blocked: 0,
  discrepancies_open: 0,
  alarms_open: 0,
  outbox: [{ consumer: 'notices', waiting: 3, oldest_at: '2026-11-22T11:59:50Z' }],
  jobs: [{ name: 'notices', ran_at: at, failures_in_row: 0 }],
}
const partner = (state: PartnerHealth['state']): PartnerHealth => ({
  partner: 'alipay',
  state,
  failures_in_row: 0,
  calls: 9,
  failures: 4,
  notices_waiting: 0,
  unknown_legs: 0,
  retrying: 0,
})

test('nothing is a concern when all is well, also where nobody knows yet', () => {
  expect(concernsOf(well, [partner('up'), partner('unknown')])).toEqual([])
})

test('the gravest come first, with where to go', () => {
  const found = {
    ...well,
    overdue: 1,
    discrepancies_open: 2,
    jobs: [{ name: 'sweep', ran_at: at, failures_in_row: 3 }],
  }
  expect(
    concernsOf(found, [partner('failing'), { ...partner('down'), partner: 'shop' }]).map((one) => [one.what, one.tone]),
  ).toEqual([
    ['overdue', 'bad'],
    ['discrepancies', 'bad'],
    ['partner', 'bad'],
    ['partner', 'act'],
    ['job', 'act'],
  ])
})

test('a reader that is far behind is a concern, by number or by age', () => {
  const behind = (waiting: number, oldest_at: string) => ({
    ...well,
    outbox: [{ consumer: 'live', waiting, oldest_at }],
  })
  expect(concernsOf(behind(101, at), [])).toMatchObject([{ what: 'backlog', n: 101, name: 'live' }])
  expect(concernsOf(behind(1, '2026-11-22T11:58:00Z'), [])).toHaveLength(1)
  expect(concernsOf(behind(100, '2026-11-22T11:59:30Z'), [])).toEqual([])
})

test('open cases stand by kind and stage, the most first', () => {
  expect(
    kindsOf([
      { kind: 'return', state: 'review', n: 1 },
      { kind: 'complaint', state: 'settle', n: 5 },
      { kind: 'return', state: 'refund', n: 3 },
    ]),
  ).toEqual([
    { kind: 'complaint', n: 5, stages: [{ stage: 'settle', n: 5 }] },
    {
      kind: 'return',
      n: 4,
      stages: [
        { stage: 'refund', n: 3 },
        { stage: 'review', n: 1 },
      ],
    },
  ])
})
