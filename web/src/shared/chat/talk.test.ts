import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Problem, Unreachable } from '@/shared/api'
import { Server } from './fake'
import { Talk, transient } from './talk'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const settle = (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds)
const begin = async (server: Server) => {
  const talk = new Talk('c-1', server.ports)
  await talk.refresh()
  return talk
}
const texts = (talk: Talk) => talk.now().log.messages.map((one) => one.content.text)
const problem = (status: number, code = 'some') => new Problem({ code, status, detail: 'no' })

describe('reading', () => {
  test('opens with the newest, and goes up page by page to the first', async () => {
    const server = new Server()
    for (let n = 1; n <= 120; n++) server.say(`${n}`)
    const talk = await begin(server)
    expect(texts(talk)).toHaveLength(30)
    while (talk.now().log.older) await talk.loadOlder()
    expect(texts(talk)).toEqual(server.messages.map((one) => one.content.text))
  })

  test('an hour away: everything is here once, edited and recalled ones as they are now', async () => {
    const server = new Server()
    for (let n = 1; n <= 10; n++) server.say(`${n}`)
    const talk = await begin(server)
    for (let n = 11; n <= 260; n++) server.say(`${n}`)
    server.change(2, { content: { text: 'two' } })
    server.change(255, { content: {}, recalled_at: '2026-03-02T12:01:00Z' })
    await talk.catchUp()
    expect(talk.now().log.messages).toEqual(server.messages)
  })

  test('a year away: the newest page, not all of it', async () => {
    const server = new Server()
    server.say('1')
    const talk = await begin(server)
    for (let n = 2; n <= 900; n++) server.say(`${n}`)
    await talk.catchUp()
    expect(talk.now().log.messages).toEqual(server.messages.slice(-30))
    expect(talk.now().log.older).toBe(true)
  })

  test('news while it is catching up makes it go on, one request after the other', async () => {
    const server = new Server()
    server.say('1')
    const talk = await begin(server)
    server.say('2')
    const first = talk.catchUp()
    server.say('3')
    for (let n = 0; n < 5; n++) void talk.catchUp()
    await first
    expect(texts(talk)).toEqual(['1', '2', '3'])
    expect(server.asked.filter((one) => one === 'list since').length).toBeLessThanOrEqual(2)
  })

  test('a page from further up that missed a change asks for it again', async () => {
    const server = new Server()
    for (let n = 1; n <= 60; n++) server.say(`${n}`)
    const talk = await begin(server)
    const stale = server.ports.list('c-1', { before: 31, limit: 50 })
    await stale
    server.change(3, { content: { text: 'three' } })
    await talk.catchUp()
    const list = server.ports.list
    server.ports.list = (id, query) => (query.before ? stale : list(id, query))
    await talk.loadOlder()
    await settle()
    expect(talk.now().log.messages).toEqual(server.messages)
  })

  test('what one may not read any more is gone; a network that is away is not', async () => {
    const server = new Server()
    server.say('1')
    const talk = await begin(server)
    server.broken = () => 'lost'
    await talk.catchUp()
    expect([talk.now().gone, talk.now().error]).toEqual([false, null])
    server.ports.list = () => Promise.reject(problem(404, 'not_found'))
    await talk.catchUp()
    expect(talk.now().gone).toBe(true)
  })

  test('a page from further up that does not come can be asked for again', async () => {
    const server = new Server()
    for (let n = 1; n <= 40; n++) server.say(`${n}`)
    const talk = await begin(server)
    server.broken = () => 'lost'
    await talk.loadOlder()
    expect(talk.now().older).toBe('failed')
    server.broken = () => false
    await talk.loadOlder()
    expect(texts(talk)).toHaveLength(40)
  })
})

describe('sending', () => {
  test('it is on the page at once, and there when it is answered', async () => {
    const server = new Server()
    const talk = await begin(server)
    const key = talk.say({ kind: 'text', text: '在吗' })
    expect(talk.now().box.map((one) => [one.clientID, one.state])).toEqual([[key, 'sending']])
    await settle()
    expect(talk.now().box).toEqual([])
    expect(talk.now().log.messages.map((one) => one.client_id)).toEqual([key])
  })

  test('what others said before it comes along, without news of it', async () => {
    const server = new Server()
    server.say('1')
    const talk = await begin(server)
    server.say('2')
    talk.say({ kind: 'text', text: '3' })
    await settle()
    expect(texts(talk)).toEqual(['1', '2', '3'])
  })

  test('while the server is away it says so, and goes by itself, in order and once', async () => {
    const server = new Server()
    const talk = await begin(server)
    server.broken = (what) => (what.startsWith('send') ? 'lost' : false)
    for (const text of ['a', 'b', 'c']) talk.say({ kind: 'text', text })
    await settle(20_000)
    expect(talk.now().box.map((one) => one.state)).toEqual(['late', 'waiting', 'waiting'])
    server.broken = () => false
    talk.kick()
    await settle()
    expect(texts(talk)).toEqual(['a', 'b', 'c'])
    expect(talk.now().box).toEqual([])
  })

  test('an answer that was lost on its way back doubles nothing', async () => {
    const server = new Server()
    const talk = await begin(server)
    let first = true
    server.broken = (what) => what.startsWith('send') && first && ((first = false), 'unanswered')
    talk.say({ kind: 'text', text: 'once' })
    await settle()
    expect(talk.now().box[0]?.state).toBe('late')
    await talk.catchUp() // it hears of it before the next try
    expect(talk.now().box).toEqual([])
    await settle(30_000)
    expect(server.messages).toHaveLength(1)
    expect(texts(talk)).toEqual(['once'])
  })

  test('what the server will not have keeps no other waiting, and can be tried again or given up', async () => {
    const server = new Server()
    const talk = await begin(server)
    const send = server.ports.send
    server.ports.send = (id, body) => (body.text === 'bad' ? Promise.reject(problem(422)) : send(id, body))
    const bad = talk.say({ kind: 'text', text: 'bad' })
    talk.say({ kind: 'text', text: 'good' })
    await settle()
    expect(talk.now().box.map((one) => [one.content.text, one.state])).toEqual([['bad', 'failed']])
    server.ports.send = send
    talk.retry(bad)
    await settle()
    expect(texts(talk)).toEqual(['good', 'bad'])
    server.ports.send = () => Promise.reject(problem(422))
    talk.drop(talk.say({ kind: 'text', text: 'never mind' }))
    await settle()
    expect(talk.now().box).toEqual([])
  })

  test('a picture is sent first, and only once', async () => {
    const server = new Server()
    const talk = await begin(server)
    server.broken = (what) => (what.startsWith('send') && server.asked.length < 6 ? 'lost' : false)
    talk.say({ kind: 'picture' }, new File(['x'], 'shoe.jpg', { type: 'image/jpeg' }))
    await settle(30_000)
    expect(server.asked.filter((one) => one.startsWith('upload'))).toEqual(['upload shoe.jpg'])
    expect(server.asked).toContain('send ev-shoe.jpg')
    expect(server.messages).toHaveLength(1)
  })

  test('what was not sent when the page was left goes when it is back, under the same ID', async () => {
    const server = new Server()
    const talk = await begin(server)
    server.broken = (what) => (what.startsWith('send') ? 'unanswered' : false)
    const key = talk.say({ kind: 'text', text: 'still here' })
    await settle()
    server.broken = () => false
    const again = new Talk('c-1', server.ports)
    expect(again.now().box.map((one) => one.clientID)).toEqual([key])
    await again.refresh()
    await settle()
    expect(server.messages).toHaveLength(1)
    expect(again.now().box).toEqual([])
  })

  test('which failures are waited out', () => {
    expect(transient(new Unreachable(), 99)).toBe(true)
    for (const status of [429, 502, 503, 504]) expect(transient(problem(status), 99)).toBe(true)
    expect([transient(problem(500), 0), transient(problem(500), 3)]).toEqual([true, false])
    for (const status of [400, 401, 403, 404, 409, 413, 422]) expect(transient(problem(status), 0)).toBe(false)
  })
})

describe('thinking again', () => {
  test('it goes after the pause, what was written after it follows, and nothing goes before', async () => {
    const server = new Server()
    const talk = await begin(server)
    talk.sayLater({ kind: 'text', text: 'first' }, 5_000)
    talk.say({ kind: 'text', text: 'second' })
    await settle(4_900)
    expect(talk.now().box.map((one) => one.state)).toEqual(['held', 'waiting'])
    expect(server.messages).toEqual([])
    await settle(200)
    expect(texts(talk)).toEqual(['first', 'second'])
    expect(talk.now().box).toEqual([])
  })

  test('taken back it never goes, and its words are there again; one that is on its way is not', async () => {
    const server = new Server()
    const talk = await begin(server)
    const key = talk.sayLater({ kind: 'text', text: 'rash' }, 5_000)
    expect(talk.takeBack(key)).toBe('rash')
    await settle(20_000)
    expect(server.messages).toEqual([])
    server.broken = (what) => (what.startsWith('send') ? 'lost' : false)
    const late = talk.sayLater({ kind: 'text', text: 'gone' }, 5_000)
    talk.release(late)
    await settle()
    expect([talk.takeBack(late), talk.now().box[0]?.state]).toEqual(['', 'late'])
  })

  test('sent at once it does not go a second time when the pause is over', async () => {
    const server = new Server()
    const talk = await begin(server)
    talk.release(talk.sayLater({ kind: 'text', text: 'now' }, 5_000))
    await settle()
    expect(texts(talk)).toEqual(['now'])
    await settle(10_000)
    expect(server.asked.filter((one) => one === 'send now')).toHaveLength(1)
  })
})

describe('a draft at the server', () => {
  test('they are saved one after the other, and a view that was asked for before does not bring the old one back', async () => {
    const server = new Server()
    const talk = await begin(server)
    const old = talk.refresh() // asked now, answered after what follows
    await Promise.all([talk.saveDraft('de'), talk.saveDraft('dear')])
    await old
    expect(server.draft).toBe('dear')
    expect(talk.now().view?.draft).toBe('dear')
    server.draft = 'dear Kim' // of another device
    await talk.refresh()
    expect(talk.now().view?.draft).toBe('dear Kim')
  })

  test('one that could not be saved keeps no later one from it', async () => {
    const server = new Server()
    const talk = await begin(server)
    server.broken = (what) => (what === 'draft' ? 'lost' : false)
    await expect(talk.saveDraft('lost')).rejects.toThrow()
    server.broken = () => false
    await talk.saveDraft('kept')
    expect(server.draft).toBe('kept')
  })
})

test('whatever breaks, two people end with the same conversation: everything once, in order', async () => {
  let seed = 7
  const chance = () => ((seed = (seed * 16807) % 2147483647), seed / 2147483647)
  const server = new Server()
  server.broken = () => (chance() < 0.3 ? 'lost' : chance() < 0.3 ? 'unanswered' : false)
  const [one, two] = [
    new Talk('c-1', server.ports),
    new Talk('c-1', { ...server.ports, keep: () => undefined, kept: () => [] }),
  ]
  for (let n = 0; n < 80; n++) {
    ;(chance() < 0.5 ? one : two).say({ kind: 'text', text: `${n}` })
    if (chance() < 0.2 && server.messages.length > 0)
      server.change(1 + Math.floor(chance() * server.messages.length), { content: { text: `edited ${n}` } })
    if (chance() < 0.4) void one.catchUp()
    if (chance() < 0.4) void two.catchUp()
    await settle(chance() * 3000)
  }
  server.broken = () => false
  await settle(60_000)
  for (const talk of [one, two]) {
    await talk.catchUp()
    expect(talk.now().log.messages).toEqual(server.messages)
    expect(talk.now().box).toEqual([])
  }
  expect(server.messages).toHaveLength(80)
})

describe('what passes', () => {
  test('typing ends by itself, and with a message', async () => {
    const server = new Server()
    const talk = await begin(server)
    talk.typed('agent/st-1')
    expect(talk.now().typing).toEqual(['agent/st-1'])
    await settle(4000)
    talk.typed('agent/st-1')
    await settle(4000)
    expect(talk.now().typing).toEqual(['agent/st-1'])
    server.say('hello')
    await talk.catchUp()
    expect(talk.now().typing).toEqual([])
    talk.typed('agent/st-1')
    await settle(5001)
    expect(talk.now().typing).toEqual([])
  })

  test('marks are told together, and not twice', async () => {
    const server = new Server()
    for (let n = 1; n <= 5; n++) server.say(`${n}`)
    const talk = await begin(server)
    for (const seq of [2, 4, 5, 3]) talk.seen(seq)
    await settle(1000)
    expect(server.marks).toEqual({ delivered: 5, read: 5 })
    talk.seen(5)
    await settle(1000)
    expect(server.asked.filter((one) => one === 'mark')).toHaveLength(1)
  })
})
