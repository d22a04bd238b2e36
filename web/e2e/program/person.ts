import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { assert } from './softkey.ts'
import { world } from './world.ts'

export const password = 'aftersales-demo'

export interface Step {
  ticket: string
  methods: string[]
  passkey?: { challenge: string; rpId?: string }
}

/** What tests look at in a case. */
export interface Case {
  id: string
  kind: string
  stage: string
  outcome?: string
  open: boolean
  seq: number
  revision: number
  due_at?: string
  refunded: { minor: number }
  amount: { minor: number }
  actions: { name: string; enabled: boolean; label: string }[]
  child?: { case_id: string }
  offer?: { amount: { minor: number } }
  approval?: { id: string; hash: string }
  exchange?: { shipped: boolean; replaced?: string[] }
  parcel?: { number: string }
  delivery?: { delivered_at?: string }
}

/** An answer that is no success. */
export class Refused extends Error {
  readonly status: number
  readonly code: string
  constructor(what: string, status: number, code: string) {
    super(`${what}: ${status} ${code}`)
    this.status = status
    this.code = code
  }
}

/** Somebody of the demo world at the API, for what a story needs besides what is done on its screens. */
export class Person {
  readonly login: string
  private readonly token: string
  private constructor(login: string, token: string) {
    this.login = login
    this.token = token
  }

  static async signIn(login: string): Promise<Person> {
    const { token } = await signIn(login, false, (path, body) => call<SignedIn>('POST', path, body))
    if (!token) throw new Error(`${login} got no session`)
    return new Person(login, token)
  }

  get = <T>(path: string): Promise<T> => call<T>('GET', path, undefined, { Authorization: `Bearer ${this.token}` })

  /** Gives a command, with a fresh factor where one is asked for. */
  async do<T = { case_id: string; question?: { round: number; n: number } }>(
    path: string,
    body?: unknown,
    method = 'POST',
  ): Promise<T> {
    if (method !== 'DELETE') body ??= {}
    const headers = { Authorization: `Bearer ${this.token}`, 'Idempotency-Key': randomUUID() }
    try {
      return await call<T>(method, path, body, headers)
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== 'step_up_required') throw error
      return await call<T>(method, path, body, { ...headers, 'Step-Up': await this.fresh(method, path, body) })
    }
  }

  /** Sends a file and returns its evidence ID. */
  async upload(content: Buffer): Promise<string> {
    const answer = await fetch(`${world().site}/v1/uploads`, {
      method: 'POST',
      body: new Uint8Array(content),
      headers: {
        Authorization: `Bearer ${this.token}`,
        'Content-Type': 'application/octet-stream',
        'Idempotency-Key': randomUUID(),
      },
    })
    return ((await answer.json()) as { id: string }).id
  }

  case = (id: string): Promise<Case> => this.get<Case>(`/v1/cases/${id}`)

  /** Waits until something is true of a case. */
  async until(id: string, what: string, holds: (one: Case) => boolean): Promise<Case> {
    const late = Date.now() + 60_000
    for (;;) {
      const one = await this.case(id).catch((error: unknown) => {
        if (error instanceof Refused && error.status === 404) return undefined // its first word is not written yet
        throw error
      })
      if (one && holds(one)) return one
      if (Date.now() > late) throw new Error(`case ${id} stands at ${one?.stage}, waiting for ${what}`)
      await pause(150)
    }
  }

  private async fresh(method: string, path: string, body: unknown): Promise<string> {
    const auth = { Authorization: `Bearer ${this.token}` }
    const body_sha256 = createHash('sha256').update(JSON.stringify(body)).digest('hex')
    const step = await call<Step>('POST', '/v1/step-up', { method, path, body_sha256 }, auth)
    const { token } = await proven(this.login, step, (proof) =>
      call<{ token: string }>('POST', '/v1/step-up/proof', proof, auth),
    )
    return token
  }
}

interface SignedIn {
  token?: string
  step?: Step
}

/** Signs in through whatever sends requests, with the passkey where a second factor is asked for. */
export async function signIn(
  login: string,
  cookie: boolean,
  send: (path: string, body: unknown) => Promise<SignedIn>,
): Promise<SignedIn> {
  const first = await send('/v1/session', { login, password, cookie })
  if (!first.step) return first
  return proven(login, first.step, (proof) => send('/v1/session/second-factor', { ...proof, cookie }))
}

/**
 * Proves who somebody is. The same passkey counts in several processes, so a number may come after a higher one, which refuses it: the next
 * one is higher again.
 */
async function proven<T>(login: string, step: Step, send: (proof: object) => Promise<T>): Promise<T> {
  for (let left = 2; ; left--)
    try {
      return await send(proofOf(login, step))
    } catch (error) {
      if (left === 0) throw error
    }
}

const proofOf = (login: string, { ticket, methods, passkey }: Step) =>
  methods.includes('passkey') && passkey
    ? { ticket, passkey: assert(login, passkey, world().site) }
    : { ticket, password }

async function call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  const answer = await fetch(world().site + path, {
    method,
    headers: {
      'Accept-Language': 'zh-CN',
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  const content = (text ? JSON.parse(text) : {}) as T & { code?: string }
  if (!answer.ok) throw new Refused(`${method} ${path}`, answer.status, content.code ?? text)
  return content
}
