import { api, type Schemas, take } from '@/shared/api'
import { provePasskey } from '@/shared/passkey'
import type { Proof, Step } from '@/shared/stepup'

export type Person = Schemas['Person']

/** Where a sign-in stands: a session, or what is asked for before there is one. */
export type SignedIn = { person: Person } | { step: Step }

const standing = (answer: Schemas['SignedIn']): SignedIn => {
  if (answer.step) return { step: answer.step }
  if (answer.person) return { person: answer.person }
  throw new Error('the server answered a sign-in with neither a person nor a step')
}

export const signIn = async (login: string, password: string): Promise<SignedIn> =>
  standing(await take(api.POST('/v1/session', { body: { login, password, cookie: true } })))

/** Ends a sign-in with a second factor. A wrong one is thrown as `factor_refused`. */
export async function secondStep(
  step: Pick<Step, 'ticket' | 'passkey'>,
  proof: Exclude<Proof, { sign_in: true }>,
): Promise<SignedIn> {
  const brought = 'passkey' in proof ? { passkey: await provePasskey(step.passkey) } : proof
  return standing(
    await take(
      api.POST('/v1/session/second-factor', { body: { ticket: step.ticket, cookie: true, ...brought } as never }),
    ),
  )
}

export const beginPasskey = (): Promise<Step> => take(api.POST('/v1/session/passkey', {}))

export const endSession = () => api.DELETE('/v1/session', {})

export const elsewheres = async () => (await take(api.GET('/v1/elsewhere', {}))).items

/** Begins a sign-in elsewhere; the address is where the browser goes for it. */
export const departTo = async (id: string, body: Schemas['Depart']): Promise<string> =>
  (await take(api.POST('/v1/elsewhere/{id}/depart', { params: { path: { id } }, body }))).url

export async function depart(id: string, body: Schemas['Depart']): Promise<void> {
  location.assign(await departTo(id, body))
}
