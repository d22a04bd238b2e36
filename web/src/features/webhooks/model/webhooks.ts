import type { Schemas } from '@/shared/api'

/** How an endpoint stands: told as things happen, left in peace after failures, or not told any more and why. */
export type Standing = 'on' | 'waits' | 'person' | 'failing' | 'gone'

export function standingOf(one: Pick<Schemas['Webhook'], 'state' | 'why' | 'wait_until'>, now: number): Standing {
  if (one.state === 'off') return one.why ?? 'person'
  return one.wait_until !== undefined && Date.parse(one.wait_until) > now ? 'waits' : 'on'
}

/** Whether an address could be one: https, with a host. What it leads to the server looks at. */
export function soundAddress(text: string): boolean {
  try {
    const url = new URL(text.trim())
    return url.protocol === 'https:' && url.hostname.includes('.')
  } catch {
    return false
  }
}

/** A message as it was sent, in lines for reading; as it is where it is no JSON. */
export function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}

/** What a replay of everything that was given up covers: the last day, three days, a week. */
export const spans = [1, 3, 7] as const
export const since = (days: number, now: number): string => new Date(now - days * 86_400_000).toISOString()
