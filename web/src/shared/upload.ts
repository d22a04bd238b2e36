import { useCallback, useEffect, useRef, useState } from 'react'
import { api, take, type Schemas } from './api/client'
import { Cancelled, isProblem, problemOf, Unreachable } from './api/problem'
import { send } from './api/send'
import { newKey } from './idempotency'
import { compressed } from './image'
import { language } from './language'

export type Evidence = Schemas['Evidence']

/** What the server takes; the field `accept` of a file input. */
export const acceptedFiles = 'image/*,video/mp4,video/quicktime,video/webm,application/pdf'

const piece = 1 << 20
const tries = 5

export interface UploadOptions {
  signal?: AbortSignal
  /** Told between 0 and 1, as bytes leave. */
  onProgress?: (done: number) => void
}

/**
 * Sends a file as evidence: a picture made smaller, in pieces, going on where it broke off when the network fails, and when the same
 * file is chosen again within a day. Resolves to the evidence; whatever the server refuses is thrown as a Problem.
 */
export async function upload(
  file: File,
  { signal = new AbortController().signal, onProgress = () => undefined }: UploadOptions = {},
): Promise<Evidence> {
  const content = await compressed(file)
  const name = `aftersales.upload.${file.name}.${file.size}.${file.lastModified}.${content.size}`
  let id = recall(name)
  let offset = id === null ? null : await standing(id, signal)
  if (id === null || offset === null) {
    const begun = await take(
      api.POST('/v1/resumable-uploads', {
        params: { header: { 'Idempotency-Key': newKey() } },
        body: { size: content.size },
        signal,
      }),
    )
    ;({ id, offset } = begun)
    remember(name, id)
  }
  let failures = 0
  while (offset < content.size) {
    onProgress(offset / content.size)
    try {
      const start: number = offset
      offset = await append(id, start, content.slice(start, start + piece), signal, (sent) =>
        onProgress((start + sent) / content.size),
      )
      failures = 0
    } catch (error) {
      if (!mayGoOn(error) || ++failures >= tries) throw error
      await pause(500 * 2 ** failures, signal)
      await networkBack(signal)
      const known = await standing(id, signal).catch((failure: unknown) => {
        if (failure instanceof Unreachable) return null // the next piece finds out
        throw failure
      })
      offset = known ?? offset
    }
  }
  onProgress(1)
  // The key is the upload's own, so that completing it twice is the same completion.
  const evidence = await take(
    api.POST('/v1/resumable-uploads/{id}/complete', {
      params: { path: { id }, header: { 'Idempotency-Key': `complete-${id}` } },
      body: {},
      signal,
    }),
  )
  forget(name)
  return evidence
}

const mayGoOn = (error: unknown) =>
  error instanceof Unreachable || (isProblem(error) && ([401, 409, 429].includes(error.status) || error.status >= 500))

/** How many bytes are there already; null: nothing is known of this upload any more. */
async function standing(id: string, signal: AbortSignal): Promise<number | null> {
  try {
    const response = await send(
      new Request(`${location.origin}/v1/resumable-uploads/${id}`, { method: 'HEAD', signal }),
    )
    return Number(response.headers.get('Upload-Offset'))
  } catch (error) {
    if (isProblem(error) && error.status < 500) return null
    throw error
  }
}

/** One piece, by the only means that tells how much of it has left. */
function append(
  id: string,
  offset: number,
  content: Blob,
  signal: AbortSignal,
  onSent: (bytes: number) => void,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const stop = () => request.abort()
    signal.addEventListener('abort', stop, { once: true })
    request.upload.onprogress = (event) => onSent(event.loaded)
    request.onloadend = () => signal.removeEventListener('abort', stop)
    request.onerror = request.ontimeout = () => reject(new Unreachable())
    request.onabort = () => reject(new Cancelled())
    request.onload = () => {
      if (request.status === 204) {
        resolve(Number(request.getResponseHeader('Upload-Offset') ?? offset + content.size))
        return
      }
      const type = request.getResponseHeader('content-type') ?? ''
      const answer = new Response(request.responseText, {
        status: request.status || 500,
        headers: { 'content-type': type },
      })
      problemOf(answer).then(reject, reject)
    }
    request.open('PATCH', `/v1/resumable-uploads/${id}`)
    request.timeout = 120_000
    request.setRequestHeader('Content-Type', 'application/offset+octet-stream')
    request.setRequestHeader('Upload-Offset', String(offset))
    request.setRequestHeader('Accept-Language', language())
    request.send(content)
  })
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(new Cancelled())
    })
  })
}

/** A device that knows that it is offline is waited for, two minutes at most. */
function networkBack(signal: AbortSignal): Promise<void> {
  if (navigator.onLine) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const over = new AbortController()
    const end = (settle: () => void) => () => {
      over.abort()
      clearTimeout(timer)
      settle()
    }
    const timer = setTimeout(end(resolve), 120_000)
    addEventListener('online', end(resolve), { signal: over.signal })
    signal.addEventListener(
      'abort',
      end(() => reject(new Cancelled())),
      { signal: over.signal },
    )
  })
}

/* Uploads under way, so that a page that was closed goes on where it was. What is kept names no content. */
function recall(name: string): string | null {
  try {
    return sessionStorage.getItem(name)
  } catch {
    return null
  }
}

function remember(name: string, id: string) {
  try {
    sessionStorage.setItem(name, id)
  } catch {
    // then it begins anew
  }
}

function forget(name: string) {
  try {
    sessionStorage.removeItem(name)
  } catch {
    // nothing was kept
  }
}

/** A file on its way, for a list of them on the page. */
export interface Sending {
  key: string
  file: File
  /** Address of the picture for showing it at once; empty for other files. */
  preview: string
  progress: number
  state: 'sending' | 'sent' | 'failed'
  evidence?: Evidence
  error?: unknown
}

/** The files of a form: adds, sends, repeats and removes them. `sent` are the IDs to send along with the form. */
export function useUploads(most = 9) {
  const [files, setFiles] = useState<readonly Sending[]>([])
  const running = useRef(new Map<string, AbortController>())

  const change = useCallback((key: string, part: Partial<Sending>) => {
    setFiles((all) => all.map((one) => (one.key === key ? { ...one, ...part } : one)))
  }, [])

  const start = useCallback(
    (one: Sending) => {
      const control = new AbortController()
      running.current.set(one.key, control)
      upload(one.file, { signal: control.signal, onProgress: (progress) => change(one.key, { progress }) }).then(
        (evidence) => change(one.key, { state: 'sent', progress: 1, evidence }),
        (error: unknown) => {
          if (!control.signal.aborted) change(one.key, { state: 'failed', error })
        },
      )
    },
    [change],
  )

  const add = useCallback(
    (chosen: Iterable<File>) => {
      const fresh = [...chosen].slice(0, Math.max(0, most - files.length)).map((file): Sending => {
        const preview = file.type.startsWith('image/') ? URL.createObjectURL(file) : ''
        return { key: newKey(), file, preview, progress: 0, state: 'sending' }
      })
      setFiles((all) => [...all, ...fresh])
      fresh.forEach(start)
    },
    [files.length, most, start],
  )

  const retry = useCallback(
    (one: Sending) => {
      change(one.key, { state: 'sending', error: undefined })
      start(one)
    },
    [change, start],
  )

  const remove = useCallback((one: Sending) => {
    running.current.get(one.key)?.abort()
    if (one.preview) URL.revokeObjectURL(one.preview)
    setFiles((all) => all.filter((other) => other.key !== one.key))
  }, [])

  useEffect(() => {
    const all = running.current
    return () => all.forEach((control) => control.abort())
  }, [])

  return {
    files,
    add,
    retry,
    remove,
    sent: files.flatMap((one) => (one.evidence ? [one.evidence.id] : [])),
    busy: files.some((one) => one.state === 'sending'),
    room: Math.max(0, most - files.length),
  }
}
