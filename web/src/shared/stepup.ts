import { api, take, type Schemas } from './api/client'
import type { StepUpAsk } from './api/hooks'
import { provePasskey } from './passkey'

export type Step = Schemas['Step']

/** What somebody brings as a proof. */
export type Proof =
  { code: string } | { recovery_code: string } | { password: string } | { passkey: true } | { sign_in: true }

/** Asks for a fresh factor for one request. The answer says what can be brought. */
export const beginStepUp = (ask: StepUpAsk): Promise<Step> =>
  take(api.POST('/v1/step-up', { body: { method: ask.method as 'POST', path: ask.path, body_sha256: ask.bodySHA256 } }))

/** Brings it. Resolves to the token that the request takes along; what is wrong with the proof is thrown as `factor_refused`. */
export async function proveStepUp(step: Step, proof: Proof): Promise<string> {
  const brought = 'passkey' in proof ? { passkey: await provePasskey(step.passkey) } : proof
  const { token } = await take(api.POST('/v1/step-up/proof', { body: { ticket: step.ticket, ...brought } }))
  return token
}
