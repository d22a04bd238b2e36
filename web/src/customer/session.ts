import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, isProblem, type Schemas, sending, take } from '@/shared/api'
import { keepLanguage } from '@/shared/language'
import { provePasskey } from '@/shared/passkey'
import type { Proof, Step } from '@/shared/stepup'
import { keepTheme } from '@/shared/theme'
import { forgetDrafts } from './open/draft'
import { queries } from './query'

export type Person = Schemas['Person']

const key = ['me'] as const
const quiet = { fetch: sending({ quiet: true }) }

const me = queryOptions({ queryKey: key, queryFn: () => readMe(), staleTime: Infinity, gcTime: Infinity })

/** Who is signed in; null when nobody is. */
export const useMe = () => useQuery(me)

/** Begins to ask who is here, before anything is drawn. */
export const askWhoIsHere = (): void => void queries.query(me).catch(() => undefined) // whoever needs it is told

/** The same for those screens that nobody sees who is not signed in. */
export function useCustomer(): Person {
  const me = useMe().data
  if (!me) throw new Error('a screen for customers without a customer')
  return me
}

export const knownMe = (): Person | null => queries.getQueryData<Person | null>(key) ?? null

const readMe = async (): Promise<Person | null> => (await take(api.GET('/v1/session', quiet))).person ?? null

/** What came of a sign-in: a person, or what is asked for before there is one. */
export type Outcome = { person: Person } | { step: Step }

const outcome = (signed: Schemas['SignedIn']): Outcome => {
  if (signed.person) return { person: signed.person }
  if (signed.step) return { step: signed.step }
  throw new Error('a sign-in that led nowhere')
}

export const signIn = async (login: string, password: string): Promise<Outcome> =>
  outcome(await take(api.POST('/v1/session', { ...quiet, body: { login, password, cookie: true } })))

/** Brings what a sign-in asked for. */
export async function prove(
  step: Pick<Step, 'ticket' | 'passkey'>,
  proof: Exclude<Proof, { password: string } | { sign_in: true }>,
): Promise<Outcome> {
  const brought = 'passkey' in proof ? { passkey: await provePasskey(step.passkey) } : proof
  return outcome(
    await take(
      api.POST('/v1/session/second-factor', { ...quiet, body: { ticket: step.ticket, cookie: true, ...brought } }),
    ),
  )
}

export async function signInByPasskey(): Promise<Outcome> {
  const step = await take(api.POST('/v1/session/passkey', quiet))
  return prove(step, { passkey: true })
}

/** The page belongs to this person from now on. */
export function arrived(person: Person): void {
  queries.setQueryData(key, person)
}

/** Ends the session. Nothing of the person stays on this device: neither what was read nor what was begun. */
export async function signOut(): Promise<void> {
  await take(api.DELETE('/v1/session', quiet)).catch((error: unknown) => {
    if (!isProblem(error) || error.status !== 401) throw error // it had ended by itself
  })
  forgetDrafts()
  keepLanguage()
  keepTheme()
  queries.clear()
  queries.setQueryData(key, null)
}
