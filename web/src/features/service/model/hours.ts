import type { Schemas } from '@/shared/api'

export type Calendar = Schemas['Calendar']
export type Span = Schemas['Window']

const wholeDay: Span = { from: 0, to: 1440 }

/** Days of the week as they stand on the page: Monday first, by the calendar's numbers (0 is Sunday). */
export const week = [1, 2, 3, 4, 5, 6, 0] as const

/** Minutes after midnight of `9:30` or `24:00`; undefined where it is no time of a day. */
export function minutesOf(text: string): number | undefined {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text.trim())
  if (!match) return undefined
  const [hours, minutes] = [Number(match[1]), Number(match[2])]
  const all = hours * 60 + minutes
  return minutes < 60 && all <= 1440 ? all : undefined
}

export const clockOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** When work is done on a day of the week; holidays and working weekends aside. */
export function spansOn(calendar: Calendar, day: number): readonly Span[] {
  const days = calendar.work_days ?? []
  const works = days.length === 0 || days.includes(day)
  if (!works && calendar.windows_daily !== true) return []
  const windows = calendar.windows ?? []
  return windows.length === 0 ? (works ? [wholeDay] : []) : windows
}

/** Hours of work in a usual week. */
export const hoursAWeek = (calendar: Calendar): number =>
  week.reduce<number>((sum, day) => sum + spansOn(calendar, day).reduce((all, { from, to }) => all + to - from, 0), 0) /
  60

/** What is wrong with windows: each must end after it begins, and before the next one does. */
export function faultOf(windows: readonly Span[]): 'order' | 'overlap' | undefined {
  for (const [n, one] of windows.entries()) {
    if (one.to <= one.from) return 'order'
    const next = windows[n + 1]
    if (next && next.from < one.to) return 'overlap'
  }
  return undefined
}

/** Days in a text, one in a line or with commas between: sorted, each once; and what of it is none. */
export function daysOf(text: string): { days: string[]; wrong: string[] } {
  const parts = text.split(/[\s,，、;；]+/).filter(Boolean)
  const good = parts.filter(isDay)
  return { days: [...new Set(good)].sort(), wrong: parts.filter((one) => !isDay(one)) }
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}
