import { Unreachable, type Schemas } from '@/shared/api'
import type { Message, View } from './log'
import type { Outbox } from './outbox'
import type { Ports } from './talk'

/** A message as the server would tell it, for tests. */
export const said = (seq: number, part: Partial<Message> = {}): Message => ({
  seq,
  revision: seq,
  from: { role: 'agent' },
  kind: 'text',
  content: { text: `message ${seq}` },
  sent_at: new Date(Date.UTC(2026, 2, 2, 12, 0, seq)).toISOString(),
  reactions: [],
  ...part,
})

/**
 * A server with one conversation, for tests: it numbers, revises and remembers as the real one does. What is in `broken` decides
 * before each request whether it gets through: `lost` on the way there, `unanswered` on the way back.
 */
export class Server {
  private revision = 0
  messages: Message[] = []
  kept: Outbox = []
  draft = ''
  asked: string[] = []
  marks: { delivered: number; read: number } = { delivered: 0, read: 0 }
  broken: (what: string) => 'lost' | 'unanswered' | false = () => false

  say(text: string, part: Partial<Message> = {}): Message {
    this.revision++
    const seq = this.messages.length + 1
    const one = said(seq, { revision: this.revision, content: { text }, ...part })
    this.messages.push(one)
    return one
  }

  change(seq: number, part: Partial<Message>): void {
    this.revision++
    this.messages = this.messages.map((one) => (one.seq === seq ? { ...one, ...part, revision: this.revision } : one))
  }

  view(limit = 30): View {
    return {
      id: 'c-1',
      audience: 'customer',
      state: 'people',
      lang: 'zh-CN',
      last_seq: this.messages.length,
      revision: this.revision,
      opened_at: '2026-03-02T12:00:00Z',
      last_at: '2026-03-02T12:00:00Z',
      unread: 0,
      messages: this.messages.slice(-limit),
      more: this.messages.length > limit,
      members: [],
      cases: [],
      threads: [],
      can_write: true,
      ...(this.draft ? { draft: this.draft } : {}),
    }
  }

  private page(items: Message[], limit: number, revision = this.revision): Schemas['MessageList'] {
    return { items, more: items.length === limit, revision, last_seq: this.messages.length, members: [] }
  }

  private async through<Result>(what: string, effect: () => Result): Promise<Result> {
    this.asked.push(what)
    const broken = this.broken(what)
    await Promise.resolve()
    if (broken === 'lost') throw new Unreachable()
    const result = effect()
    if (broken === 'unanswered') throw new Unreachable()
    return result
  }

  readonly ports: Ports = {
    read: () => this.through('read', () => this.view()),
    list: (_, { before, after, since, limit }) =>
      this.through(`list ${before ? 'before' : after ? 'after' : 'since'}`, () => {
        if (before !== undefined) return this.page(this.messages.filter((one) => one.seq < before).slice(-limit), limit)
        if (after !== undefined) return this.page(this.messages.filter((one) => one.seq > after).slice(0, limit), limit)
        const all = this.messages.filter((one) => one.revision > (since ?? 0)).sort((a, b) => a.revision - b.revision)
        const items = all.slice(0, limit)
        return { ...this.page(items, limit, items.at(-1)?.revision ?? this.revision), more: all.length > limit }
      }),
    send: (_, body) =>
      this.through(`send ${body.text ?? body.file_id ?? ''}`, () => {
        const present = this.messages.find((one) => one.client_id === body.client_id)
        return (
          present ??
          this.say(body.text ?? '', {
            from: { role: 'customer', mine: true },
            client_id: body.client_id,
            kind: body.kind,
          })
        )
      }),
    edit: (_, seq, text) =>
      this.through('edit', () => {
        this.change(seq, { content: { text } })
        return this.messages[seq - 1] ?? said(seq)
      }),
    recall: (_, seq) =>
      this.through('recall', () => {
        this.change(seq, { content: {}, recalled_at: '2026-03-02T12:01:00Z' })
        return this.messages[seq - 1] ?? said(seq)
      }),
    react: (_, seq) => this.through('react', () => this.messages[seq - 1] ?? said(seq)),
    mark: async (_, marks) => {
      this.marks = await this.through('mark', () => marks)
    },
    saveDraft: (_, words) =>
      this.through('draft', () => {
        this.draft = words
      }),
    upload: (file) =>
      this.through(`upload ${file.name}`, () => ({
        id: `ev-${file.name}`,
        kind: 'picture',
        state: 'new',
        by: 'customer',
        sha256: '',
        thumbnail: true,
        uploaded_at: '2026-03-02T12:00:00Z',
      })),
    keep: (_, box) => {
      this.kept = box
    },
    kept: () => this.kept,
  }
}
