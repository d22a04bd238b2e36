import type { components } from './schema'

export type ProblemBody = components['schemas']['Problem']
export type FieldError = components['schemas']['FieldError']

/** What the server answered in the place of a success. `message` is a sentence for people, in their language. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: string
  readonly status: number
  readonly details: Readonly<Record<string, unknown>>
  readonly fields: readonly FieldError[]
  readonly requestID: string | undefined

  constructor(body: Pick<ProblemBody, 'code' | 'status' | 'detail'> & Partial<ProblemBody>) {
    super(body.detail)
    this.code = body.code
    this.status = body.status
    this.details = body.details ?? {}
    this.fields = body.errors ?? []
    this.requestID = body.request_id
  }

  /** What is wrong with one field of what was sent, e.g. `amount.minor`; the first, if there are several. */
  field(name: string): string | undefined {
    return this.fields.find((one) => one.location === `body.${name}`)?.message
  }
}

/** The server could not be reached, or did not answer: the same request may be sent again. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

/** The person closed a dialog that the request needed: nothing was done, and there is nothing to report. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled'
}

export const isProblem = (error: unknown, ...codes: string[]): error is Problem =>
  error instanceof Problem && (codes.length === 0 || codes.includes(error.code))

/** Reads the problem that an answer holds. Answers of others on the way, a proxy's page say, become one too. */
export async function problemOf(response: Response): Promise<Problem> {
  if (response.headers.get('content-type')?.includes('json')) {
    try {
      return new Problem((await response.clone().json()) as ProblemBody)
    } catch {
      // cut off on its way
    }
  }
  return new Problem({
    code: `http_${response.status}`,
    status: response.status,
    detail: response.statusText || `HTTP ${response.status}`,
  })
}
