import { Cancelled } from './api/problem'

/* Passkeys come and go as JSON; browsers that cannot translate it themselves are helped. */

interface Descriptor {
  id: string
  type: PublicKeyCredentialType
  transports?: AuthenticatorTransport[]
}

export const passkeysWork = (): boolean => 'PublicKeyCredential' in globalThis && 'credentials' in navigator

const bytes = (text: string): ArrayBuffer => {
  const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0)).buffer
}

const text = (buffer: ArrayBuffer): string => {
  let binary = ''
  for (const byte of new Uint8Array(buffer)) binary += String.fromCharCode(byte)
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}

const listed = (all: Descriptor[] | undefined) => all?.map((one) => ({ ...one, id: bytes(one.id) })) ?? []

/** The server's options may stand by themselves or under `publicKey`. */
const inner = (options: unknown): unknown => (options as { publicKey?: unknown }).publicKey ?? options

/** Asks the browser for a proof by a passkey. Cancelled when the person turns it down, or there is none. */
export async function provePasskey(options: unknown): Promise<unknown> {
  type Options = Omit<PublicKeyCredentialRequestOptions, 'challenge' | 'allowCredentials'> & {
    challenge: string
    allowCredentials?: Descriptor[]
  }
  const o = inner(options) as Options
  const credential = await asking(() =>
    navigator.credentials.get({
      publicKey: { ...o, challenge: bytes(o.challenge), allowCredentials: listed(o.allowCredentials) },
    }),
  )
  const answer = credential.response as AuthenticatorAssertionResponse
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    ...(credential.authenticatorAttachment ? { authenticatorAttachment: credential.authenticatorAttachment } : {}),
    response: {
      clientDataJSON: text(answer.clientDataJSON),
      authenticatorData: text(answer.authenticatorData),
      signature: text(answer.signature),
      ...(answer.userHandle ? { userHandle: text(answer.userHandle) } : {}),
    },
  }
}

/** Asks the browser to make a passkey. */
export async function makePasskey(options: unknown): Promise<unknown> {
  type Options = Omit<PublicKeyCredentialCreationOptions, 'challenge' | 'user' | 'excludeCredentials'> & {
    challenge: string
    user: { id: string; name: string; displayName: string }
    excludeCredentials?: Descriptor[]
  }
  const o = inner(options) as Options
  const credential = await asking(() =>
    navigator.credentials.create({
      publicKey: {
        ...o,
        challenge: bytes(o.challenge),
        user: { ...o.user, id: bytes(o.user.id) },
        excludeCredentials: listed(o.excludeCredentials),
      },
    }),
  )
  const answer = credential.response as AuthenticatorAttestationResponse
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    ...(credential.authenticatorAttachment ? { authenticatorAttachment: credential.authenticatorAttachment } : {}),
    response: {
      clientDataJSON: text(answer.clientDataJSON),
      attestationObject: text(answer.attestationObject),
      transports: answer.getTransports(),
    },
  }
}

async function asking(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  let credential: Credential | null
  try {
    credential = await ask()
  } catch (error) {
    if (error instanceof DOMException && ['NotAllowedError', 'AbortError', 'InvalidStateError'].includes(error.name))
      throw new Cancelled(error.name)
    throw error
  }
  if (!credential) throw new Cancelled()
  return credential as PublicKeyCredential
}
