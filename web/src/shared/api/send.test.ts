import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { api, Cancelled, isProblem, Problem, sending, setHooks, take, Unreachable } from './index'

const problem = (status: number, code: string) =>
  new Response(JSON.stringify({ status, code, detail: `about ${code}`, title: code, type: 'x' }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  })

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })

interface Seen {
  url: string
  method: string
  headers: Headers
  body: string
}

let seen: Seen[] = []

/** Answers one request after the other; an Error is the network failing. */
function answers(...all: (Response | Error)[]) {
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    const body = init.body ? new TextDecoder().decode(init.body as ArrayBuffer) : ''
    seen.push({ url, method: init.method ?? 'GET', headers: new Headers(init.headers), body })
    const next = all.shift()
    if (!next) throw new Error('more requests than answers')
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next)
  })
}

const take_ = () =>
  api.POST('/v1/cases/{id}/take', { params: { path: { id: 'c-1' }, header: { 'Idempotency-Key': 'k-1' } }, body: {} })

beforeEach(() => {
  seen = []
  setHooks({ signInAgain: () => Promise.resolve(false), stepUp: () => Promise.resolve(null) })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('a success is its content, and every request says the language', async () => {
  answers(json({ id: 'me', kind: 'staff', role: 'agent' }))
  expect((await take(api.GET('/v1/me'))).role).toBe('agent')
  expect(seen[0]?.headers.get('accept-language')).toMatch(/^(en|zh-CN)$/)
})

test('a problem is thrown with its code, sentence and fields', async () => {
  const body = {
    status: 422,
    code: 'bad_request',
    detail: '有字段不符合要求',
    errors: [{ location: 'body.amount.minor', code: 'too_small', message: '太小。' }],
  }
  answers(new Response(JSON.stringify(body), { status: 422, headers: { 'content-type': 'application/problem+json' } }))
  const failure = await take_().catch((error: unknown) => error)
  expect(isProblem(failure, 'bad_request')).toBe(true)
  expect((failure as Problem).message).toBe('有字段不符合要求')
  expect((failure as Problem).field('amount.minor')).toBe('太小。')
})

test('an answer that is not ours becomes a problem too', async () => {
  answers(new Response('<html>', { status: 418, statusText: "I'm a teapot", headers: { 'content-type': 'text/html' } }))
  await expect(take_()).rejects.toMatchObject({ code: 'http_418', message: "I'm a teapot" })
})

test('a lost network repeats the very same request', async () => {
  answers(new TypeError('lost'), problem(503, 'unavailable'), json({}))
  await Promise.all([take_(), vi.advanceTimersByTimeAsync(10_000)])
  expect(seen.map((one) => [one.method, one.body, one.headers.get('idempotency-key')])).toEqual(
    Array(3).fill(['POST', '{}', 'k-1']),
  )
})

test('what has no key is not repeated, and what stays away is said', async () => {
  answers(new TypeError('lost'))
  await expect(api.POST('/v1/session', { body: { login: 'a', password: 'b' } })).rejects.toBeInstanceOf(Unreachable)
  expect(seen).toHaveLength(1)
  answers(...Array.from({ length: 4 }, () => new TypeError('lost')))
  const gone = expect(api.GET('/v1/me')).rejects.toBeInstanceOf(Unreachable)
  await Promise.all([gone, vi.advanceTimersByTimeAsync(10_000)])
})

test('an ended session is begun again in place, once for all who wait', async () => {
  const again = vi.fn(() => Promise.resolve(true))
  setHooks({ signInAgain: again })
  answers(problem(401, 'sign_in_required'), problem(401, 'sign_in_required'), json({}), json({}))
  await Promise.all([take_(), take_()])
  expect(again).toHaveBeenCalledTimes(1)
  expect(new Set(seen.map((one) => one.headers.get('idempotency-key')))).toEqual(new Set(['k-1']))
})

test('who does not sign in again gets the problem, and quiet requests ask nobody', async () => {
  const again = vi.fn(() => Promise.resolve(false))
  setHooks({ signInAgain: again })
  answers(problem(401, 'sign_in_required'), problem(401, 'sign_in_required'))
  await expect(take_()).rejects.toMatchObject({ code: 'sign_in_required' })
  await expect(api.GET('/v1/me', { fetch: sending({ quiet: true }) })).rejects.toMatchObject({
    code: 'sign_in_required',
  })
  expect(again).toHaveBeenCalledTimes(1)
})

test('a fresh factor is asked for this very request, which then goes with the same key', async () => {
  const stepUp = vi.fn(() => Promise.resolve('fresh'))
  setHooks({ stepUp })
  answers(problem(403, 'step_up_required'), json({}))
  await api.POST('/v1/cases/{id}/take', {
    params: { path: { id: 'c-1' }, header: { 'Idempotency-Key': 'k-1' } },
    body: {},
    fetch: sending({ about: { title: 'Take' } }),
  })
  expect(stepUp).toHaveBeenCalledWith({
    method: 'POST',
    path: '/v1/cases/c-1/take',
    bodySHA256: '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a', // of {}
    about: { title: 'Take' },
  })
  expect(seen[1]?.headers.get('step-up')).toBe('fresh')
  expect(seen[1]?.headers.get('idempotency-key')).toBe('k-1')
  expect(seen[1]?.body).toBe('{}')
})

test('thinking better of a fresh factor is no failure, and one that does not help is not asked for twice', async () => {
  answers(problem(403, 'step_up_required'))
  await expect(take_()).rejects.toBeInstanceOf(Cancelled)
  setHooks({ stepUp: () => Promise.resolve('stale') })
  answers(problem(403, 'step_up_required'), problem(403, 'step_up_required'))
  await expect(take_()).rejects.toMatchObject({ code: 'step_up_required' })
})
