import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, renderHook } from '@testing-library/react'
import type { ReactNode } from 'react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { useCommand } from './commands'
import { sample } from '@/shared/case/sample'
import { type Case, caseKey } from './queries'

const sent: { path: string; key: string | null; body: Record<string, unknown> }[] = []
let answers: (() => Promise<Response> | Response)[] = []

const ack = (revision: number) => () =>
  Response.json({ case_id: 'c1', stage: 'ended', revision, seq: 9, changed: true })
const problem = (code: string, status: number) => () =>
  Response.json(
    { type: '', title: code, status, code, detail: `words of ${code}`, request_id: 'r' },
    { status, headers: { 'content-type': 'application/problem+json' } },
  )

beforeEach(() => {
  sent.length = 0
  answers = []
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const body = JSON.parse(new TextDecoder().decode(init.body as ArrayBuffer)) as Record<string, unknown>
    sent.push({ path: new URL(url).pathname, key: new Headers(init.headers).get('Idempotency-Key'), body })
    return (answers.shift() ?? ack(4))()
  })
})

function begin(first: Case) {
  const client = new QueryClient()
  client.setQueryData(caseKey(first.id), first)
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  )
  return renderHook(({ one }) => useCommand(one, 'answer_offer'), { wrapper, initialProps: { one: first } })
}

const yes = { accept: true, amount: { minor: 6000, currency: 'CNY' as const } }

describe('a command', () => {
  it('goes out for the revision that was seen, once, however often it is pressed', async () => {
    const { result } = begin(sample())
    await act(async () => {
      const both = await Promise.all([result.current.send(yes), result.current.send(yes)])
      expect(both.map((answer) => answer !== null)).toEqual([true, false])
    })
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({ path: '/v1/cases/c1/answer-offer', body: { ...yes, expected_revision: 3 } })
  })

  it('keeps its key for the same intention, and has another for another', async () => {
    answers = [problem('refund_limit', 422), problem('refund_limit', 422), ack(4)]
    const { result } = begin(sample())
    for (const content of [yes, yes, { accept: false }]) await act(() => result.current.send(content))
    expect(sent[0]?.key).toBe(sent[1]?.key)
    expect(sent[2]?.key).not.toBe(sent[1]?.key)
  })

  it('tells in words what is wrong', async () => {
    answers = [problem('deadline_passed', 409)]
    const { result } = begin(sample())
    await act(() => result.current.send(yes))
    expect((result.current.error as Error).message).toBe('words of deadline_passed')
    expect(result.current.changed).toBeNull()
  })

  it('is not sent when the case moved on while the form stood, until the person has looked', async () => {
    const { result, rerender } = begin(sample())
    rerender({ one: sample({ revision: 4, amount: { minor: 100, currency: 'CNY' } }) })
    expect(result.current.changed).toEqual([{ what: 'amount', before: 19900, now: 100 }])
    await act(() => result.current.send(yes))
    expect(sent).toHaveLength(0)
    act(() => result.current.looked())
    expect(result.current.changed).toBeNull()
    await act(() => result.current.send(yes))
    expect(sent[0]?.body).toMatchObject({ expected_revision: 4 })
  })

  it('that the server finds stale says that something changed, and goes out anew under another key', async () => {
    answers = [problem('stale_revision', 409), ack(5)]
    const { result, rerender } = begin(sample())
    await act(() => result.current.send(yes))
    expect(result.current.error).toBeNull()
    expect(result.current.changed).toEqual([{ what: 'other' }])
    rerender({ one: sample({ revision: 4, stage: 'offer', words: { kind: '', stage: '待回应' } }) })
    expect(result.current.changed).toEqual([{ what: 'stage', before: '待商家答复', now: '待回应' }])
    act(() => result.current.looked())
    await act(() => result.current.send(yes))
    expect(sent[1]?.body).toMatchObject({ expected_revision: 4 })
    expect(sent[1]?.key).not.toBe(sent[0]?.key)
  })
})
