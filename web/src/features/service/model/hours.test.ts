import { expect, test } from 'vitest'
import { clockOf, daysOf, faultOf, hoursAWeek, minutesOf, spansOn, week } from './hours'

test('times of a day, its end among them', () => {
  expect([minutesOf('9:30'), minutesOf('09:05'), minutesOf('24:00'), minutesOf('0:00')]).toEqual([570, 545, 1440, 0])
  expect([minutesOf('24:01'), minutesOf('9:60'), minutesOf('nine'), minutesOf('')]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ])
  expect([570, 1440, 0].map(clockOf)).toEqual(['09:30', '24:00', '00:00'])
})

test('a week: windows on days of work, the whole day without any, every day where none is named', () => {
  const windows = [
    { from: 540, to: 720 },
    { from: 780, to: 1080 },
  ]
  const office = { zone: '+08:00', windows, work_days: [1, 2, 3, 4, 5] }
  expect(week.map((day) => spansOn(office, day).length)).toEqual([2, 2, 2, 2, 2, 0, 0])
  expect(hoursAWeek(office)).toBe(40)
  expect(hoursAWeek({ zone: 'UTC' })).toBe(168)
  expect(hoursAWeek({ zone: 'UTC', work_days: [0, 6] })).toBe(48)
  expect(hoursAWeek({ ...office, windows_daily: true })).toBe(56)
})

test('windows end after they begin, and one after the other', () => {
  expect(faultOf([{ from: 600, to: 600 }])).toBe('order')
  expect(
    faultOf([
      { from: 540, to: 720 },
      { from: 700, to: 800 },
    ]),
  ).toBe('overlap')
  expect(
    faultOf([
      { from: 540, to: 720 },
      { from: 720, to: 800 },
    ]),
  ).toBeUndefined()
})

test('days are sorted and stand once; what is none is said', () => {
  expect(daysOf('2026-10-02，2026-10-01\n2026-10-02 2026-02-30 soon')).toEqual({
    days: ['2026-10-01', '2026-10-02'],
    wrong: ['2026-02-30', 'soon'],
  })
})
