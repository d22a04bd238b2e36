import { act, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { Suspense, useState, type ReactNode } from 'react'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { Cancelled, Problem, Unreachable } from '@/shared/api'
import { changeLanguage } from '@/shared/i18n'
import { fen } from '@/shared/money'
import { Countdown } from './Countdown'
import { EvidenceGrid } from './EvidenceGrid'
import { Failure } from './Failure'
import { Formula } from './Formula'
import { load } from './messages'
import { type Fact, MutationForm } from './MutationForm'
import { NextStepBar } from './NextStepBar'
import { Timeline } from './Timeline'
import { useCommand } from './useCommand'

beforeAll(async () => {
  await load('en')
  await changeLanguage('en')
})

const show = async (page: ReactNode) => {
  await act(async () => {
    render(<Suspense fallback="…">{page}</Suspense>)
    await Promise.resolve()
  })
}

test('a failure says the server’s own sentence, and its reference only when the server is at fault', async () => {
  const retry = vi.fn()
  await show(
    <Failure
      error={new Problem({ code: 'not_found', status: 404, detail: 'It is not there.', request_id: 'r-1' })}
      retry={retry}
    />,
  )
  expect(screen.getByText('It is not there.')).toBeTruthy()
  expect(screen.queryByText(/r-1/)).toBeNull()
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
  expect(retry).toHaveBeenCalledTimes(1)
  await show(<Failure error={new Problem({ code: 'internal', status: 500, detail: 'Ours.', request_id: 'r-2' })} />)
  expect(screen.getByText(/r-2/)).toBeTruthy()
  await show(<Failure error={new Unreachable()} />)
  expect(screen.getByText(/cannot be reached/)).toBeTruthy()
})

test('a formula ends in its total and names what each line is about', async () => {
  const quote = {
    total: fen(19900),
    formula: [
      { label: 'paid', text: 'Paid (l1)', line_id: 'l1', amount: fen(20400), rule: 'a' },
      { label: 'coupon', text: 'Coupon', amount: fen(-500), rule: 'b' },
    ],
  }
  await show(<Formula quote={quote} nameOf={(id) => (id === 'l1' ? 'Shoes' : undefined)} />)
  expect(screen.getAllByRole('row').map((row) => row.textContent)).toEqual([
    'Paid (Shoes)¥204.00',
    'Coupon−¥5.00',
    'Total¥199.00',
  ])
})

test('a long history begins folded, newest first', async () => {
  const items = Array.from({ length: 30 }, (_, n) => ({
    id: n,
    at: '2026-01-01T00:00:00Z',
    who: 'Merchant',
    what: `step ${n}`,
  }))
  await show(<Timeline items={items} />)
  expect(screen.getAllByRole('listitem')).toHaveLength(12)
  expect(screen.getAllByRole('listitem')[0]?.textContent).toContain('step 29')
  fireEvent.click(screen.getByRole('button', { name: 'Show all 30' }))
  expect(screen.getAllByRole('listitem')).toHaveLength(30)
})

test('evidence opens at its full size and goes from one to the next by keys', async () => {
  const one = (id: string, state: 'accepted' | 'rejected' = 'accepted') =>
    ({
      id,
      by: 'customer',
      kind: 'picture',
      sha256: '',
      state,
      thumbnail: true,
      uploaded_at: '2026-01-01T00:00:00Z',
    }) as const
  await show(<EvidenceGrid items={[one('a'), one('b', 'rejected')]} />)
  expect(screen.getByText('Not accepted')).toBeTruthy()
  await act(async () => {
    fireEvent.click(screen.getByRole('button', { name: 'View picture (1 of 2)' }))
    await Promise.resolve()
  })
  const picture = () => screen.getByAltText('picture').getAttribute('src')
  await waitFor(() => expect(picture()).toBe('/v1/evidence/a/content'))
  fireEvent.keyDown(screen.getByAltText('picture'), { key: 'ArrowRight' })
  expect(picture()).toBe('/v1/evidence/b/content')
  fireEvent.keyDown(screen.getByAltText('picture'), { key: 'ArrowRight' })
  expect(picture()).toBe('/v1/evidence/a/content')
})

const clock = Date.UTC(2026, 0, 1, 12)
const inSeconds = (seconds: number) => new Date(clock + seconds * 1000).toISOString()

test('a countdown says once that the time is up, and stands out before', async () => {
  vi.useFakeTimers({ now: clock })
  const onZero = vi.fn()
  await show(<Countdown dueAt={inSeconds(3)} since={inSeconds(-57)} onZero={onZero} />)
  const timer = screen.getByRole('timer')
  expect(timer.textContent).toBe('0:03')
  expect(timer.dataset.pressing).toBe('soon')
  await act(() => vi.advanceTimersByTimeAsync(2000))
  expect(onZero).not.toHaveBeenCalled()
  await act(() => vi.advanceTimersByTimeAsync(5000))
  expect(timer.textContent).toBe('0:00')
  expect(timer.dataset.pressing).toBe('over')
  expect(onZero).toHaveBeenCalledTimes(1)
})

test('the next step says whose it is, what happens at zero, and that the time is up', async () => {
  vi.useFakeTimers({ now: clock })
  const wait = {
    step: 'merchant_answer',
    actor: 'merchant',
    since: inSeconds(-60),
    due_at: inSeconds(2),
    default: 'agree',
    moved: 2,
    paused: false,
  }
  await show(
    <NextStepBar
      next={{ text: 'Please answer', yours: true, paused: false, at_zero: 'It counts as agreed.' }}
      wait={wait}
    />,
  )
  expect(screen.getByText('Your turn')).toBeTruthy()
  expect(screen.getByText('It counts as agreed.', { exact: false }).textContent).toContain('Deadline moved 2 times')
  await act(() => vi.advanceTimersByTimeAsync(4000))
  expect(screen.getByText(/Time is up/)).toBeTruthy()
})

afterEach(() => vi.useRealTimers())

function Press({ send }: { send: (content: string, key: string) => Promise<unknown> }) {
  const { run, busy, error } = useCommand({ send })
  return (
    <>
      <button onClick={() => void run('yes')}>Go</button>
      <output>{busy ? 'busy' : error instanceof Error ? error.name : 'idle'}</output>
    </>
  )
}

test('a button pressed twice gives one command, and a repeat after a failure has the same key', async () => {
  const keys: string[] = []
  let finish: (() => void) | undefined
  const results = [new Problem({ code: 'unavailable', status: 503, detail: '' }), null]
  await show(
    <Press
      send={(_, key) => {
        keys.push(key)
        return new Promise((resolve, reject) => {
          finish = () => {
            const failure = results.shift()
            if (failure) reject(failure)
            else resolve(null)
          }
        })
      }}
    />,
  )
  const go = screen.getByRole('button')
  fireEvent.click(go)
  fireEvent.click(go)
  expect(keys).toHaveLength(1)
  act(() => finish?.())
  await screen.findByText('Problem')
  fireEvent.click(go)
  act(() => finish?.())
  await screen.findByText('idle')
  expect(keys[1]).toBe(keys[0])
  fireEvent.click(go)
  expect(keys[2]).not.toBe(keys[0])
})

test('closing a dialog that was asked for is no failure', async () => {
  await show(<Press send={() => Promise.reject(new Cancelled())} />)
  fireEvent.click(screen.getByRole('button'))
  await waitFor(() => expect(screen.getByText('idle')).toBeTruthy())
})

interface State {
  revision: number
  amount: string
}

function Form({
  send,
  moved,
}: {
  send: (typed: string, how: { key: string; revision: number }) => Promise<unknown>
  moved: State
}) {
  const [state, setState] = useState<State>({ revision: 1, amount: '¥10.00' })
  const [typed, setTyped] = useState('')
  const facts: Fact[] = [['Amount', state.amount]]
  return (
    <MutationForm
      content={typed}
      send={send}
      revision={state.revision}
      facts={facts}
      submit="Send"
      missing={typed ? undefined : 'Say why.'}
      refresh={() => {
        setState(moved)
        return Promise.resolve()
      }}
    >
      {(wrong) => (
        <>
          <input aria-label="Why" value={typed} onChange={(event) => setTyped(event.target.value)} />
          <span>{wrong('text')}</span>
        </>
      )}
    </MutationForm>
  )
}

let now = 0
beforeEach(() => {
  now = 10_000
  vi.spyOn(performance, 'now').mockImplementation(() => now)
})

test('a form that became stale keeps what was typed, shows what changed, and is sent again only after it could be read', async () => {
  const sent: [string, number][] = []
  const send = vi.fn((typed: string, { revision }: { revision: number }) => {
    sent.push([typed, revision])
    return revision === 1
      ? Promise.reject(new Problem({ code: 'stale_revision', status: 409, detail: 'It moved on.' }))
      : Promise.resolve(null)
  })
  await show(<Form send={send} moved={{ revision: 2, amount: '¥8.00' }} />)
  fireEvent.click(screen.getByRole('button', { name: 'Send' }))
  expect(screen.getByText('Say why.')).toBeTruthy()
  expect(send).not.toHaveBeenCalled()
  fireEvent.change(screen.getByLabelText('Why'), { target: { value: 'late' } })
  fireEvent.click(screen.getByRole('button', { name: 'Send' }))
  const again = await screen.findByRole('button', { name: /Checked/ })
  expect(screen.getByLabelText<HTMLInputElement>('Why').value).toBe('late')
  expect(screen.getByRole('alert').textContent).toContain('¥10.00 ¥8.00')
  await waitFor(() => expect(again.className).not.toContain('loading'))
  fireEvent.click(again)
  expect(sent).toHaveLength(1) // pressed before anybody could have read it
  now += 1000
  fireEvent.click(again)
  await waitFor(() =>
    expect(sent).toEqual([
      ['late', 1],
      ['late', 2],
    ]),
  )
})

test('what is wrong with a field stands at the field', async () => {
  const wrong = new Problem({
    code: 'bad_request',
    status: 422,
    detail: 'Some fields are not right.',
    errors: [{ location: 'body.text', code: 'too_long', message: 'is too long.' }],
  })
  await show(<Form send={() => Promise.reject(wrong)} moved={{ revision: 1, amount: '' }} />)
  fireEvent.change(screen.getByLabelText('Why'), { target: { value: 'x' } })
  fireEvent.click(screen.getByRole('button', { name: 'Send' }))
  expect(await screen.findByText('is too long.')).toBeTruthy()
})
