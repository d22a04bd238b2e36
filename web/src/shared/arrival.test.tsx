import { act, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'
import { Problem } from './api'
import { announceArrival, useComingAgain } from './arrival'

const minute = 60_000
let session = { id: 's-1', person: 'ann', began: 0 }
const json = (body: unknown) => new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } })

beforeEach(() => {
  session = { id: 's-1', person: 'ann', began: Date.now() }
  vi.spyOn(globalThis, 'fetch').mockImplementation((input) => {
    const path = new URL(typeof input === 'string' ? input : input instanceof URL ? input.href : input.url).pathname
    const began = new Date(session.began).toISOString()
    return Promise.resolve(
      path === '/v1/session'
        ? json({ person: { id: session.person, kind: 'staff', role: 'agent' } })
        : json({ items: [{ id: session.id, current: true, created_at: began }] }),
    )
  })
})

const renew = vi.fn()
const other = vi.fn()
beforeEach(() => [renew, other].forEach((mock) => mock.mockClear()))

function Asks({ prove, renewed = false }: { prove: () => Promise<void>; renewed?: boolean }) {
  const { stand, error, go } = useComingAgain({ person: 'ann', prove, renew, renewed, onOther: other })
  return (
    <button type="button" onClick={() => void go()}>
      {stand} {error instanceof Error ? error.message : ''}
    </button>
  )
}

const refused = () => Promise.reject(new Problem({ code: 'factor_refused', status: 403, detail: 'no' }))

test('who came a moment ago goes on with a press; a sign-in that was used already must be done again', async () => {
  const prove = vi.fn(refused)
  render(<Asks prove={prove} />)
  await screen.findByText('fresh')
  expect(prove).not.toHaveBeenCalled()
  fireEvent.click(screen.getByRole('button'))
  await screen.findByText('away')
  expect(prove).toHaveBeenCalledTimes(1)
})

test('who came long ago comes again in another tab, and the factor is asked for anew', async () => {
  session.began = Date.now() - 10 * minute
  render(<Asks prove={() => Promise.resolve()} />)
  await screen.findByText('away')
  act(() => announceArrival()) // a tab that was opened without a sign-in
  session = { id: 's-2', person: 'ann', began: Date.now() }
  act(() => announceArrival())
  await waitFor(() => expect(renew).toHaveBeenCalledTimes(1))
  expect(other).not.toHaveBeenCalled()
})

test('what was asked for anew is brought without another press', async () => {
  const prove = vi.fn(() => Promise.resolve())
  render(<Asks prove={prove} renewed />)
  await waitFor(() => expect(prove).toHaveBeenCalledTimes(1))
})

test('somebody else who comes does not go on with what is on the screen', async () => {
  session.began = Date.now() - 10 * minute
  render(<Asks prove={() => Promise.resolve()} />)
  await screen.findByText('away')
  session = { id: 's-9', person: 'bob', began: Date.now() }
  act(() => announceArrival())
  await waitFor(() => expect(other).toHaveBeenCalledTimes(1))
  expect(renew).not.toHaveBeenCalled()
})
