import { api, type Schemas, sending, type StepUpAbout, take } from '@/shared/api'
import { makePasskey } from '@/shared/passkey'

export type Factor = Schemas['Factor']
export type Added = Schemas['AddedFactor']
export type AppEnrolment = Schemas['AppEnrolment']
export type PasskeyEnrolment = Schemas['PasskeyEnrolment']

export const factors = () => take(api.GET('/v1/factors', {}))

export const beginApp = (label: string, about: StepUpAbout): Promise<AppEnrolment> =>
  take(api.POST('/v1/factors/totp', { body: { label }, fetch: sending({ about }) }))

export const finishApp = (ticket: string, code: string): Promise<Added> =>
  take(api.POST('/v1/factors', { body: { ticket, code } }))

/** Makes a passkey in the browser and keeps it. */
export async function addPasskey(label: string, about: StepUpAbout): Promise<Added> {
  const begun = await take(api.POST('/v1/factors/passkeys', { body: { label }, fetch: sending({ about }) }))
  const passkey = await makePasskey(begun.options)
  return take(api.POST('/v1/factors', { body: { ticket: begun.ticket, passkey } as never }))
}

export const removeFactor = (id: string, about: StepUpAbout) =>
  api.DELETE('/v1/factors/{id}', { params: { path: { id } }, fetch: sending({ about }) })

export const renewCodes = async (about: StepUpAbout): Promise<readonly string[]> =>
  (await take(api.POST('/v1/factors/recovery-codes', { fetch: sending({ about }) }))).recovery_codes ?? []
