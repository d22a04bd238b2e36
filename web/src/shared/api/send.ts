import { noteServerTime } from '../time'
import { language } from '../language'
import { type StepUpAbout, signInAgain, stepUp } from './hooks'
import { Cancelled, type Problem, problemOf, Unreachable } from './problem'

export interface SendOptions {
  /** Answer 401 with the problem, without asking the person to sign in. */
  quiet?: boolean
  /** What a fresh factor would be asked for, in words. */
  about?: StepUpAbout
}

/** How long a request may go unanswered, and how often one that can be repeated is. */
const patience = 45_000
const waits = [400, 1200, 3000]

/**
 * Sends a request until it is answered: signs in again when the session ended, brings a fresh factor when one is asked for, and
 * repeats what may be repeated when the network or the server fails. The content, and with it the Idempotency-Key, stays the same
 * all along. Anything but a success is thrown as a Problem.
 */
export async function send(request: Request, options: SendOptions = {}): Promise<Response> {
  const body = hasBody(request) ? await request.arrayBuffer() : null
  const headers = new Headers(request.headers)
  headers.set('Accept-Language', language())
  let signedIn = false
  let proven = false
  for (let failures = 0; ;) {
    let problem: Problem | Unreachable
    try {
      const response = await once(request, headers, body)
      if (response.ok) return response
      problem = await problemOf(response)
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error
      problem = error
    }
    if (problem instanceof Unreachable || transient(problem)) {
      const wait = waits[failures++]
      if (wait === undefined || !repeatable(request)) throw problem
      await pause(wait, request.signal)
    } else if (problem.status === 401 && endedSession(problem) && !signedIn && !options.quiet) {
      signedIn = true
      if (!(await signInAgain())) throw problem
    } else if (problem.code === 'step_up_required' && !proven) {
      proven = true
      const url = new URL(request.url)
      const token = await stepUp({
        method: request.method,
        path: url.pathname + url.search,
        bodySHA256: await sha256(body ?? new ArrayBuffer(0)),
        about: options.about,
      })
      if (token === null) throw new Cancelled()
      headers.set('Step-Up', token)
    } else {
      throw problem
    }
  }
}

const hasBody = (request: Request) =>
  request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'DELETE'

async function once(request: Request, headers: Headers, body: ArrayBuffer | null): Promise<Response> {
  const sent = Date.now()
  const limit = AbortSignal.timeout(patience)
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers,
      body: body && body.byteLength > 0 ? body : null,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.any([request.signal, limit]),
    })
    noteServerTime(response.headers.get('date'), sent, Date.now())
    return response
  } catch (error) {
    if (request.signal.aborted) throw error
    throw new Unreachable(undefined, { cause: error })
  }
}

/** HEAD has no content that could name it. */
const endedSession = (problem: Problem) => problem.code === 'sign_in_required' || problem.code === 'http_401'

/** Whoever answered says that the same request may simply be sent again. */
const transient = (problem: Problem) =>
  problem.code === 'unavailable' || problem.code === 'key_in_progress' || [502, 503, 504].includes(problem.status)

const repeatable = (request: Request) =>
  request.method === 'GET' || request.method === 'HEAD' || request.headers.has('Idempotency-Key')

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    })
  })
}

export async function sha256(content: ArrayBuffer): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', content)
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
