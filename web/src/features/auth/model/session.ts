import { queries } from '@/app/queries'
import { personQuery } from '@/app/session'
import { keepLanguage } from '@/shared/language'
import { keepTheme } from '@/shared/theme'
import type { Person } from '../api/session'
import { endSession } from '../api/session'

/** Ends the session. What was kept of it goes with the page. */
export async function signOut(): Promise<void> {
  try {
    await endSession()
  } finally {
    keepLanguage()
    keepTheme()
    location.assign('/staff/sign-in')
  }
}

export function begin(person: Person): void {
  queries.clear() // nothing of whoever was here before
  queries.setQueryData(personQuery.queryKey, person)
}

export const present = (): Person | null => queries.getQueryData(personQuery.queryKey) ?? null

/** A path of these screens to go on to; anything else is the beginning. */
export function onward(to: string | undefined): string {
  if (!to?.startsWith('/') || to.startsWith('//') || to.includes('\\')) return '/'
  return to.replace(/^\/staff(?=\/|$)/, '') || '/'
}
