import { Cancelled, isProblem, type Schemas, Unreachable } from '@/shared/api'
import { newKey } from '@/shared/idempotency'
import * as logs from './log'
import type { Log, Message, View } from './log'
import * as boxes from './outbox'
import type { Content, Outbox } from './outbox'
import { type Marks, marked, marksOf } from './marks'

type Page = Schemas['MessageList']

/** What a conversation needs of the world. */
export interface Ports {
  read: (id: string) => Promise<View>
  list: (id: string, query: { before?: number; after?: number; since?: number; limit: number }) => Promise<Page>
  send: (id: string, body: Schemas['Send']) => Promise<Message>
  edit: (id: string, seq: number, text: string) => Promise<Message>
  recall: (id: string, seq: number) => Promise<Message>
  react: (id: string, seq: number, code: Schemas['React']['code'], away: boolean) => Promise<Message>
  mark: (id: string, marks: { delivered: number; read: number }) => Promise<void>
  /** Keeps what is being written, for one's other devices. */
  saveDraft: (id: string, words: string) => Promise<unknown>
  upload: (file: File, onProgress: (done: number) => void, signal: AbortSignal) => Promise<Schemas['Evidence']>
  /** What was not sent yet is kept over a reload of the page. */
  keep: (id: string, box: Outbox) => void
  kept: (id: string) => Outbox
}

export interface TalkState {
  /** The conversation as it stands; null until it was read once. */
  readonly view: View | null
  readonly log: Log
  readonly box: Outbox
  readonly marks: Marks
  /** Why it could not be read; null when it could. */
  readonly error: unknown
  /** One may not read it any more: it is somebody else's now. */
  readonly gone: boolean
  readonly older: 'idle' | 'busy' | 'failed'
  /** Who types, as `role/ID`. */
  readonly typing: readonly string[]
  /** Who has it open. */
  readonly there: readonly string[]
}

/** As many of a page; further behind than `far`, the newest page is read instead of everything in between. */
const pageSize = 50
const far = 400
const typingFor = 5_000
const markAfter = 300
const triesOfTheServer = 4

/**
 * One conversation on a page. It holds what was read, catches up by revision whatever broke, and sends what is written one after the
 * other until it is answered.
 */
export class Talk {
  readonly id: string
  private readonly ports: Ports
  private state: TalkState
  private readonly watchers = new Set<() => void>()
  private catching: Promise<void> | null = null
  private again = false
  private pumping = false
  private wait: ReturnType<typeof setTimeout> | undefined
  private readonly uploads = new Map<string, AbortController>()
  private readonly typers = new Map<string, ReturnType<typeof setTimeout>>()
  private markTimer: ReturnType<typeof setTimeout> | undefined
  private readonly holds = new Map<string, ReturnType<typeof setTimeout>>()
  private drafts = 0
  private saving: Promise<unknown> = Promise.resolve()
  private told = { delivered: 0, read: 0 }
  private seenUpTo = 0

  constructor(id: string, ports: Ports) {
    this.id = id
    this.ports = ports
    this.state = {
      view: null,
      log: logs.emptyLog,
      box: ports.kept(id),
      marks: [],
      error: null,
      gone: false,
      older: 'idle',
      typing: [],
      there: [],
    }
  }

  readonly now = (): TalkState => this.state

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher)
    return () => this.watchers.delete(watcher)
  }

  private set(part: Partial<TalkState>): void {
    const { box } = this.state
    this.state = { ...this.state, ...part }
    if (this.state.box !== box) this.ports.keep(this.id, this.state.box)
    this.watchers.forEach((watcher) => watcher())
  }

  /** Messages that came, whichever way. */
  private take(log: Log, items: readonly Message[]): void {
    for (const one of items) if (!one.from.mine) this.stopped(one.from.role)
    this.set({ log, box: boxes.arrived(this.state.box, items) })
    this.markSoon()
  }

  /** Puts in what an answer of the server says of the whole conversation. */
  readonly show = (view: View): void => {
    const log = logs.opened(this.state.log, view)
    this.set({ view, marks: marksOf(view.members, this.state.marks), error: null, gone: false })
    this.take(log, view.messages)
    if (view.revision > log.revision) void this.catchUp()
  }

  /** Reads the conversation anew: where it stands, and what is newest. */
  readonly refresh = async (): Promise<void> => {
    try {
      this.show(await this.reading())
      this.kick()
    } catch (error) {
      this.lost(error)
    }
  }

  /** Asks for the conversation. A draft that was saved meanwhile is newer than the one in the answer. */
  private async reading(): Promise<View> {
    const { drafts } = this
    const view = await this.ports.read(this.id)
    return drafts === this.drafts ? view : withDraft(view, this.state.view?.draft)
  }

  private lost(error: unknown): void {
    if (isProblem(error, 'not_found', 'forbidden')) this.set({ gone: true, error })
    else if (!(error instanceof Cancelled)) this.set({ error: this.state.view ? null : error })
  }

  /** Everything that came or changed since the last time; while it is at it, asking again makes it go on. */
  readonly catchUp = (): Promise<void> => {
    this.again = true
    this.catching ??= (async () => {
      while (this.again) {
        this.again = false
        await this.caughtUp()
      }
    })()
      .catch((error: unknown) => this.lost(error))
      .finally(() => {
        this.catching = null
      })
    return this.catching
  }

  private async caughtUp(): Promise<void> {
    if (this.state.log.revision === 0) return this.refreshed()
    for (let more = true; more;) {
      const page = await this.ports.list(this.id, { since: this.state.log.revision, limit: 100 })
      if (page.last_seq - (this.state.log.messages.at(-1)?.seq ?? 0) > far) return this.refreshed()
      more = page.more && page.revision > this.state.log.revision
      this.set({ marks: marksOf(page.members, this.state.marks) })
      this.take(logs.changed(this.state.log, page), page.items)
    }
    const missing = logs.hole(this.state.log)
    if (missing === undefined) return
    const page = await this.ports.list(this.id, { after: missing - 1, limit: 100 })
    this.take(logs.put(this.state.log, page.items), page.items)
  }

  private async refreshed(): Promise<void> {
    const view = await this.reading()
    const log = logs.opened(this.state.log, view)
    this.set({ view, marks: marksOf(view.members, this.state.marks), error: null, gone: false })
    this.take(log, view.messages)
  }

  /** The page before the first message that is here. */
  readonly loadOlder = async (): Promise<void> => {
    const first = this.state.log.messages[0]?.seq
    if (this.state.older === 'busy' || !this.state.log.older || first === undefined) return
    this.set({ older: 'busy' })
    try {
      const page = await this.ports.list(this.id, { before: first, limit: pageSize })
      const behind = page.revision < this.state.log.revision
      this.set({ older: 'idle' })
      this.take(logs.older(this.state.log, page), page.items)
      if (behind) void this.catchUp()
    } catch {
      this.set({ older: 'failed' })
    }
  }

  /** News of one message: it is asked for, unless it is here. */
  readonly heard = (seq: number | undefined, revision: number | undefined): void => {
    const { log, here } = logs.heard(this.state.log, seq, revision)
    if (log !== this.state.log) this.set({ log })
    if (!here) void this.catchUp()
  }

  readonly readBy = (role: string, seq: number): void => this.set({ marks: marked(this.state.marks, role, seq) })

  /* Sending. */

  /** Sends a message: it is on the page at once. Returns its ID. */
  readonly say = (content: Content, file?: File): string => {
    const clientID = newKey()
    const preview = file?.type.startsWith('image/') ? { preview: URL.createObjectURL(file) } : {}
    const one = { clientID, content, at: Date.now(), ...(file ? { file, progress: 0, ...preview } : {}) }
    this.set({ box: boxes.added(this.state.box, one) })
    void this.pump()
    return clientID
  }

  /** Sends a message after a pause, in milliseconds, in which it can be taken back. Returns its ID. */
  readonly sayLater = (content: Content, pause: number): string => {
    const clientID = newKey()
    const now = Date.now()
    this.set({ box: boxes.added(this.state.box, { clientID, content, at: now, until: now + pause }) })
    this.holds.set(
      clientID,
      setTimeout(() => this.release(clientID), pause),
    )
    return clientID
  }

  /** What is held back goes now. */
  readonly release = (clientID: string): void => {
    clearTimeout(this.holds.get(clientID))
    this.holds.delete(clientID)
    this.set({ box: boxes.released(this.state.box, clientID) })
    void this.pump()
  }

  /** Gives up a message that is held back; its words, for writing them anew. */
  readonly takeBack = (clientID: string): string => {
    const one = this.state.box.find((other) => other.clientID === clientID && other.state === 'held')
    if (!one) return ''
    clearTimeout(this.holds.get(clientID))
    this.holds.delete(clientID)
    this.drop(clientID)
    return one.content.text ?? ''
  }

  /** Tells the server what is being written, one after the other. */
  readonly saveDraft = async (words: string): Promise<void> => {
    this.drafts++
    const turn = this.saving.then(() => this.ports.saveDraft(this.id, words))
    this.saving = turn.catch(() => undefined)
    await turn
    this.drafts++ // whatever was asked for before this answer came is older
    const { view } = this.state
    if (view) this.set({ view: withDraft(view, words) })
  }

  readonly retry = (clientID: string): void => {
    this.set({ box: boxes.retried(this.state.box, clientID) })
    this.kick()
  }

  /** Gives up a message that was not sent. */
  readonly drop = (clientID: string): void => {
    this.uploads.get(clientID)?.abort()
    this.set({ box: boxes.dropped(this.state.box, clientID) })
    this.kick()
  }

  /** Tries at once what waits to be tried again: the network is back, say. */
  readonly kick = (): void => {
    clearTimeout(this.wait)
    this.wait = undefined
    void this.pump()
  }

  private async pump(): Promise<void> {
    if (this.pumping || this.wait !== undefined) return
    this.pumping = true
    try {
      for (let one = boxes.next(this.state.box); one; one = boxes.next(this.state.box)) {
        if (!(await this.sent(one))) return
      }
    } finally {
      this.pumping = false
    }
  }

  /** Sends one; false when it has to wait. */
  private async sent(one: boxes.Outgoing): Promise<boolean> {
    const { clientID } = one
    this.set({ box: boxes.sending(this.state.box, clientID) })
    try {
      const content = one.file ? await this.uploaded(one, one.file) : one.content
      const message = await this.ports.send(this.id, { ...content, client_id: clientID })
      this.set({ box: boxes.dropped(this.state.box, clientID) })
      this.take(logs.put(this.state.log, [message]), [message])
      if (logs.hole(this.state.log) !== undefined) void this.catchUp()
      return true
    } catch (error) {
      if (!transient(error, one.tries)) {
        this.set({ box: boxes.failed(this.state.box, clientID, error) })
        if (isProblem(error, 'conversation_ended', 'conversation_held')) void this.refresh()
        return true
      }
      const box = boxes.late(this.state.box, clientID)
      this.set({ box })
      this.wait = setTimeout(this.kick, boxes.patience(one.tries + 1))
      return false
    }
  }

  private async uploaded(one: boxes.Outgoing, file: File): Promise<Content> {
    const control = new AbortController()
    this.uploads.set(one.clientID, control)
    try {
      const onProgress = (done: number) =>
        this.set({ box: boxes.progressed(this.state.box, one.clientID, Math.min(done, 0.99)) })
      const evidence = await this.ports.upload(file, onProgress, control.signal)
      const kind = evidence.kind === 'picture' ? 'picture' : 'file'
      const content: Content = { ...one.content, kind, file_id: evidence.id }
      this.set({ box: boxes.uploaded(this.state.box, one.clientID, content) })
      return content
    } finally {
      this.uploads.delete(one.clientID)
    }
  }

  /* Changes of what was sent; what fails is the caller's to tell. */

  readonly edit = (seq: number, text: string): Promise<void> => this.changed(this.ports.edit(this.id, seq, text))
  readonly recall = (seq: number): Promise<void> => this.changed(this.ports.recall(this.id, seq))
  readonly react = (seq: number, code: Schemas['React']['code'], away: boolean): Promise<void> =>
    this.changed(this.ports.react(this.id, seq, code, away))

  private async changed(answer: Promise<Message>): Promise<void> {
    const message = await answer
    this.take(logs.put(this.state.log, [message]), [message])
  }

  /* What passes. */

  readonly typed = (who: string): void => {
    clearTimeout(this.typers.get(who))
    this.typers.set(
      who,
      setTimeout(() => {
        this.typers.delete(who)
        this.set({ typing: [...this.typers.keys()] })
      }, typingFor),
    )
    if (!this.state.typing.includes(who)) this.set({ typing: [...this.typers.keys()] })
  }

  private stopped(role: string): void {
    const before = this.typers.size
    for (const [who, timer] of this.typers) {
      if (!who.startsWith(`${role}/`)) continue
      clearTimeout(timer)
      this.typers.delete(who)
    }
    if (this.typers.size !== before) this.set({ typing: [...this.typers.keys()] })
  }

  readonly thereAre = (who: readonly string[]): void => this.set({ there: who })

  /** The person has seen everything up to this message. */
  readonly seen = (seq: number): void => {
    if (seq <= this.seenUpTo) return
    this.seenUpTo = seq
    this.markSoon()
  }

  private markSoon(): void {
    this.markTimer ??= setTimeout(() => {
      this.markTimer = undefined
      const marks = { delivered: this.state.log.messages.at(-1)?.seq ?? 0, read: this.seenUpTo }
      if (marks.delivered <= this.told.delivered && marks.read <= this.told.read) return
      this.told = marks
      this.ports.mark(this.id, marks).catch(() => {
        this.told = { delivered: 0, read: 0 } // with the next one
      })
    }, markAfter)
  }
}

function withDraft(view: View, draft: string | undefined): View {
  const copy: View = { ...view }
  delete copy.draft
  return draft ? { ...copy, draft } : copy
}

/** Whether a message may simply be sent again by and by. */
export function transient(error: unknown, tries: number): boolean {
  if (error instanceof Unreachable) return true
  if (!isProblem(error)) return false
  return [429, 502, 503, 504].includes(error.status) || (error.status >= 500 && tries + 1 < triesOfTheServer)
}
