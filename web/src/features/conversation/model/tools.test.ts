import { expect, test } from 'vitest'
import { cannedIn, mentioned, mentionIn, openQuestions, snoozeUntil, withMention } from './tools'

test('a slash at the beginning asks for canned replies', () => {
  expect([cannedIn('/'), cannedIn('/退'), cannedIn('/hi there'), cannedIn('1/2'), cannedIn('')]).toEqual([
    '',
    '退',
    null,
    null,
    null,
  ])
})

test('an at sign names somebody', () => {
  expect([mentionIn('@'), mentionIn('请 @小'), mentionIn('a@b'), mentionIn('@小王 你看')]).toEqual([
    '',
    '小',
    null,
    null,
  ])
  expect(withMention('请 @小', '小王')).toBe('请 @小王 ')
  const chosen = new Map([
    ['st-1', '小王'],
    ['st-2', '小李'],
  ])
  expect(mentioned('请 @小李 看一下', chosen)).toEqual(['st-2'])
})

test('when a conversation comes back', () => {
  const friday = new Date(2026, 2, 6, 15, 30)
  const local = (date: Date) => [date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes()]
  expect(local(snoozeUntil('hour', friday))).toEqual([3, 6, 16, 30])
  expect(local(snoozeUntil('hours', friday))).toEqual([3, 6, 18, 30])
  expect(local(snoozeUntil('tomorrow', friday))).toEqual([3, 7, 9, 0])
  expect(local(snoozeUntil('monday', friday))).toEqual([3, 9, 9, 0])
  expect(local(snoozeUntil('monday', new Date(2026, 2, 9, 8, 0)))).toEqual([3, 16, 9, 0])
})

test('questions that were answered wait no more; what falls first stands first', () => {
  const one = (seq: number, due_at: string, answered_at?: string) => ({
    conversation_id: 'c-1',
    seq,
    party: 'carrier' as const,
    asked_at: '2026-03-02T12:00:00Z',
    due_at,
    ...(answered_at ? { answered_at } : {}),
  })
  const view = {
    questions: [
      one(3, '2026-03-02T18:00:00Z'),
      one(2, '2026-03-02T14:00:00Z'),
      one(1, '2026-03-02T13:00:00Z', '2026-03-02T12:30:00Z'),
    ],
  }
  expect(openQuestions(view).map(({ seq }) => seq)).toEqual([2, 3])
  expect(openQuestions({})).toEqual([])
})
