import { useSyncExternalStore } from 'react'
import { type Language, language } from './language'

/*
 * The server's clock. Every answer tells the time to the second, and when it left lies between the sending of the request and the
 * arrival of the answer: that bounds how far our clock is off. The bounds narrow with every answer; when they contradict each
 * other a clock was changed, and they begin anew.
 */
let least = -Infinity
let most = Infinity

export function noteServerTime(date: string | null, sent: number, received: number): void {
  const told = date === null ? NaN : Date.parse(date)
  if (Number.isNaN(told)) return
  const [low, high] = [told - received, told + 1000 - sent]
  ;[least, most] = low > most || high < least ? [low, high] : [Math.max(least, low), Math.min(most, high)]
}

const offset = () => (Number.isFinite(least) && Number.isFinite(most) ? (least + most) / 2 : 0)

/** Now, in milliseconds, by the server's clock. */
export const serverNow = (): number => Date.now() + offset()

/* One ticker for all that counts on the page: it runs only while somebody looks. */
const watchers = new Set<() => void>()
let timer: ReturnType<typeof setTimeout> | undefined
let tick = 0

function beat() {
  tick = Math.floor(serverNow() / 1000) * 1000
  watchers.forEach((watcher) => watcher())
  timer = setTimeout(beat, 1000 - (serverNow() % 1000) + 5)
}

function watch(watcher: () => void) {
  watchers.add(watcher)
  if (watchers.size === 1) beat()
  return () => {
    watchers.delete(watcher)
    if (watchers.size === 0) clearTimeout(timer)
  }
}

function snapshot(): number {
  if (watchers.size === 0) tick = Math.floor(serverNow() / 1000) * 1000
  return tick
}

/** Now, to the second, by the server's clock; renders anew each second. */
export const useNow = (): number => useSyncExternalStore(watch, snapshot)

const units = { 'zh-CN': ['天', '小时', '分', '秒'], en: ['d', 'h', 'min', 's'] } as const

/** A span of time in its two largest units: `2 天 3 小时`, `4:05` under an hour. Never below zero. */
export function formatSpan(milliseconds: number, lang: Language = language()): string {
  const [day, hour] = units[lang]
  const all = Math.max(0, Math.ceil(milliseconds / 1000))
  const [days, hours, minutes, seconds] = [
    Math.floor(all / 86400),
    Math.floor((all % 86400) / 3600),
    Math.floor((all % 3600) / 60),
    all % 60,
  ]
  const two = (n: number) => String(n).padStart(2, '0')
  if (days > 0) return hours > 0 ? `${days} ${day} ${hours} ${hour}` : `${days} ${day}`
  if (hours > 0) return `${hours}:${two(minutes)}:${two(seconds)}`
  return `${minutes}:${two(seconds)}`
}

const formats = new Map<string, Intl.DateTimeFormat>()

function format(kind: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = `${kind} ${language()}`
  let made = formats.get(name)
  if (!made) formats.set(name, (made = new Intl.DateTimeFormat(language(), options)))
  return made
}

/** When something was or will be, as short as it is clear: the time today, day and time this year, else the whole date. */
export function formatMoment(at: string | Date, now: number = serverNow()): string {
  const date = new Date(at)
  const today = new Date(now)
  if (date.toDateString() === today.toDateString())
    return format('time', { hour: '2-digit', minute: '2-digit', hour12: false }).format(date)
  if (date.getFullYear() === today.getFullYear())
    return format('day', { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false }).format(
      date,
    )
  return format('date', { year: 'numeric', month: 'short', day: 'numeric' }).format(date)
}

/** The whole moment, for titles and where it counts. */
export const formatWhole = (at: string | Date): string =>
  format('whole', { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' }).format(new Date(at))

/** `3 minutes ago`, `in 2 hours`. */
export function formatAgo(at: string | Date, now: number = serverNow()): string {
  const seconds = Math.round((new Date(at).getTime() - now) / 1000)
  const relative = new Intl.RelativeTimeFormat(language(), { numeric: 'auto', style: 'short' })
  for (const [unit, size] of [
    ['day', 86400],
    ['hour', 3600],
    ['minute', 60],
  ] as const) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit)
  }
  return relative.format(seconds < 0 ? Math.min(seconds, -1) : seconds, 'second')
}
