import createClient from 'openapi-fetch'
import type { components, paths } from './schema'
import { send, type SendOptions } from './send'

export type Schemas = components['schemas']
/** Every route with its parameters. */
export type Paths = paths

/**
 * The API, typed from its description. Every call resolves to a success or throws: a `Problem` that the server told, `Unreachable`,
 * or `Cancelled` when the person closed a dialog. `take` gets at what came:
 *
 *     const one = await take(api.GET('/v1/cases/{id}', { params: { path: { id } } }))
 */
export const api = createClient<paths>({ baseUrl: globalThis.location.origin, fetch: (request) => send(request) })

/** For the option `fetch` of a single call: says what a fresh factor would be for, or keeps a 401 to itself. */
export const sending =
  (options: SendOptions) =>
  (request: Request): Promise<Response> =>
    send(request, options)

/** The content of an answer. Failures were thrown before, so what is not there was never meant to be. */
export async function take<Data>(answer: Promise<{ data?: Data; response: Response }>): Promise<Data> {
  const { data } = await answer
  return data as Data
}
