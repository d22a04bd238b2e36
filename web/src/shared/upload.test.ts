import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { isProblem, Unreachable } from './api'
import { upload } from './upload'

/** A server that takes files in pieces, with a network that can break. */
class Server {
  received = new Map<string, number>()
  sizes = new Map<string, number>()
  pieces: [offset: number, size: number][] = []
  completed: string[] = []
  begun = 0
  /** What happens to the next pieces: half of one arrives and the line breaks; or an answer. */
  trouble: ('break' | { status: number; code: string })[] = []

  fetch = (url: string, init: RequestInit): Promise<Response> => {
    const path = new URL(url).pathname
    const id = path.split('/')[3] ?? ''
    if (init.method === 'HEAD') {
      const offset = this.received.get(id)
      const headers: HeadersInit = offset === undefined ? {} : { 'Upload-Offset': String(offset) }
      return Promise.resolve(new Response(null, { status: offset === undefined ? 404 : 204, headers }))
    }
    if (path.endsWith('/complete')) {
      this.completed.push(new Headers(init.headers).get('Idempotency-Key') ?? '')
      return Promise.resolve(Response.json({ id: `evidence-${id}`, kind: 'document' }, { status: 201 }))
    }
    const { size } = JSON.parse(new TextDecoder().decode(init.body as ArrayBuffer)) as { size: number }
    const fresh = `u${++this.begun}`
    this.sizes.set(fresh, size)
    this.received.set(fresh, 0)
    return Promise.resolve(Response.json({ id: fresh, offset: 0 }, { status: 201 }))
  }

  take(id: string, offset: number, size: number): 'break' | { status: number; code: string } | number {
    this.pieces.push([offset, size])
    const trouble = this.trouble.shift()
    if (trouble === 'break') {
      this.received.set(id, offset + Math.floor(size / 2))
      return 'break'
    }
    if (trouble) return trouble
    this.received.set(id, offset + size)
    return offset + size
  }
}

let server: Server

class FakeRequest {
  upload: { onprogress?: (event: { loaded: number }) => void } = {}
  onload?: () => void
  onerror?: () => void
  onloadend?: () => void
  onabort?: () => void
  status = 0
  responseText = ''
  private headers: Record<string, string> = {}
  private url = ''
  private answered: Record<string, string> = {}

  open(_: string, url: string) {
    this.url = url
  }
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value
  }
  getResponseHeader(name: string) {
    return this.answered[name.toLowerCase()] ?? null
  }
  abort() {
    this.onabort?.()
  }
  send(content: Blob) {
    queueMicrotask(() => {
      this.upload.onprogress?.({ loaded: content.size / 2 })
      const result = server.take(this.url.split('/')[3] ?? '', Number(this.headers['Upload-Offset']), content.size)
      if (result === 'break') this.onerror?.()
      else if (typeof result === 'number') {
        this.status = 204
        this.answered = { 'upload-offset': String(result) }
        this.onload?.()
      } else {
        this.status = result.status
        this.answered = { 'content-type': 'application/problem+json' }
        this.responseText = JSON.stringify({ ...result, detail: `about ${result.code}` })
        this.onload?.()
      }
      this.onloadend?.()
    })
  }
}

beforeEach(() => {
  server = new Server()
  vi.stubGlobal('fetch', server.fetch)
  vi.stubGlobal('XMLHttpRequest', FakeRequest)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const megabyte = 1 << 20
const file = () =>
  new File([new Uint8Array(2.5 * megabyte)], 'invoice.pdf', { type: 'application/pdf', lastModified: 1 })

/** Lets waits pass while something is under way. */
async function through<T>(promise: Promise<T>): Promise<T> {
  const settled = promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  let result: { value: T } | { error: unknown } | undefined
  void settled.then((one) => (result = one))
  while (!result) await vi.advanceTimersByTimeAsync(1000)
  if ('error' in result) throw result.error
  return result.value
}

test('a file goes in pieces, with its progress, and becomes evidence', async () => {
  const progress: number[] = []
  const evidence = await through(upload(file(), { onProgress: (done) => progress.push(done) }))
  expect(evidence.id).toBe('evidence-u1')
  expect(server.pieces).toEqual([
    [0, megabyte],
    [megabyte, megabyte],
    [2 * megabyte, megabyte / 2],
  ])
  expect(progress.at(-1)).toBe(1)
  expect([...progress].sort((a, b) => a - b)).toEqual(progress)
})

test('a broken line goes on where it broke, from what the server has', async () => {
  server.trouble = ['break']
  await through(upload(file()))
  expect(server.pieces.slice(0, 2)).toEqual([
    [0, megabyte],
    [megabyte / 2, megabyte],
  ])
  expect(server.begun).toBe(1)
})

test('a line that stays broken is said, and the same file chosen again goes on', async () => {
  server.trouble = Array<'break'>(5).fill('break')
  await expect(through(upload(file()))).rejects.toBeInstanceOf(Unreachable)
  const before = server.received.get('u1') ?? 0
  expect(before).toBeGreaterThan(0)
  server.pieces = []
  await through(upload(file()))
  expect(server.begun).toBe(1)
  expect(server.pieces[0]?.[0]).toBe(before)
  expect(server.completed).toEqual(['complete-u1'])
})

test('an upload that the server has forgotten begins anew', async () => {
  server.trouble = Array<'break'>(5).fill('break')
  await expect(through(upload(file()))).rejects.toBeInstanceOf(Unreachable)
  server.received.clear()
  expect((await through(upload(file()))).id).toBe('evidence-u2')
})

test('what the server refuses is its own word, and not tried again', async () => {
  server.trouble = [{ status: 413, code: 'evidence_too_large' }]
  const failure = await through(upload(file())).catch((error: unknown) => error)
  expect(isProblem(failure, 'evidence_too_large')).toBe(true)
  expect(server.pieces).toHaveLength(1)
})
