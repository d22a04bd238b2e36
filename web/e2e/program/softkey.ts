import {
  createECDH,
  createHash,
  createHmac,
  createPrivateKey,
  hkdfSync,
  type KeyObject,
  sign as signWith,
} from 'node:crypto'

/** What the second factors of the demo's people are derived from, as demo/factors.go does it. */
const seed = 'aftersales: the published seed of the demo world'

const derived = (name: string, length: number) => Buffer.from(hkdfSync('sha256', seed, Buffer.alloc(0), name, length))
const sha256 = (...parts: Uint8Array[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** The passkey of one of the platform's people in the demo world. */
export interface Passkey {
  readonly id: Buffer
  readonly key: KeyObject
}

export function passkeyOf(login: string): Passkey {
  const scalar = derived(`passkey ${login}`, 32)
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(scalar)
  const point = curve.getPublicKey()
  const part = (from: number, to: number) => point.subarray(from, to).toString('base64url')
  const key = createPrivateKey({
    format: 'jwk',
    key: { kty: 'EC', crv: 'P-256', d: scalar.toString('base64url'), x: part(1, 33), y: part(33, 65) },
  })
  return { id: sha256(Buffer.from('passkey id '), point), key }
}

/**
 * The number of a signature. A passkey's numbers must grow, and here the same one signs in tests' processes and in browsers: so the number
 * is the time, in hundredths of a second, which all of them share; two within one hundredth get the next one. It fits into 32 bits until the
 * beginning is moved, in May 2027.
 */
export const signatureNumber = () => (last = Math.max(last + 1, Math.floor((Date.now() - Date.UTC(2026, 0, 1)) / 10)))
let last = 0

/** Answers the options of a sign-in or of a step-up as a browser and its authenticator would. */
export function assert(login: string, options: { challenge: string; rpId?: string }, origin: string) {
  const { id, key } = passkeyOf(login)
  const count = Buffer.alloc(4)
  count.writeUInt32BE(signatureNumber())
  const site = options.rpId ?? new URL(origin).hostname
  const data = Buffer.concat([sha256(Buffer.from(site)), Buffer.from([0x05]), count]) // somebody was there, and verified
  const client = Buffer.from(
    JSON.stringify({ type: 'webauthn.get', challenge: options.challenge, origin, crossOrigin: false }),
  )
  const name = id.toString('base64url')
  return {
    id: name,
    rawId: name,
    type: 'public-key',
    authenticatorAttachment: 'platform',
    clientExtensionResults: {},
    response: {
      clientDataJSON: client.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: signWith('sha256', Buffer.concat([data, sha256(client)]), key).toString('base64url'),
    },
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The code that an authenticator app shows, told its secret in base 32. */
export function codeOf(secret: string, at = Date.now()): string {
  const bits = Array.from(secret.replace(/\s/g, ''), (c) => alphabet.indexOf(c).toString(2).padStart(5, '0')).join('')
  return code(Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2))), at)
}

/** The code that the authenticator app of one of the demo's people shows. */
export const appCode = (login: string, at = Date.now()): string => code(derived(`app ${login}`, 20), at)

function code(secret: Buffer, at: number): string {
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)))
  const mac = createHmac('sha1', secret).update(step).digest()
  const offset = (mac.at(-1) ?? 0) & 15
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}
