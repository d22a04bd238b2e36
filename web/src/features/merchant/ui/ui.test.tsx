import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { type ReactNode, Suspense } from 'react'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { loadCase } from '@/features/case/parts'
import { changeLanguage } from '@/shared/i18n'
import { fen } from '@/shared/money'
import { loadWords } from '@/shared/words'
import { load as loadUi } from '@/ui/messages'
import { load } from '../messages'
import { Addresses } from './Addresses'
import { Bulk } from './Bulk'
import { Rules } from './Rules'
import { useStock } from '../api/shop'
import { StockCount } from './StockCount'

vi.mock('@tanstack/react-router', () => ({
  Link: 'a',
  useLocation: () => ({}),
  useNavigate: () => () => undefined,
}))

beforeAll(async () => {
  await Promise.all([load('en'), loadCase('en'), loadUi('en'), loadWords('en')])
  await changeLanguage('en')
})
afterEach(() => vi.unstubAllGlobals())

interface Ask {
  path: string
  key: string | null
  body: unknown
}

type Answer = readonly [status: number, body: unknown]

/** A server that answers reads by path and commands by a function; what was asked for is kept. */
function server(reads: Readonly<Record<string, unknown>>, command: (ask: Ask, n: number) => Answer): Ask[] {
  const asked: Ask[] = []
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    const path = new URL(url).pathname
    let [status, body]: Answer = [200, reads[path] ?? { items: [] }]
    if (init.method === 'POST') {
      const ask = {
        path,
        key: new Headers(init.headers).get('Idempotency-Key'),
        body: JSON.parse(new TextDecoder().decode(init.body as ArrayBuffer)) as unknown,
      }
      asked.push(ask)
      ;[status, body] = command(ask, asked.length)
    }
    return Promise.resolve(
      new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } }),
    )
  })
  return asked
}

const problem = (status: number, detail: string): Answer => [status, { code: 'refused', status, detail }]

async function show(page: ReactNode) {
  await act(async () => {
    render(
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <Suspense fallback="…">{page}</Suspense>
      </QueryClientProvider>,
    )
    await Promise.resolve()
  })
}

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }))

test('many at once: the sum first, each with its own result, and what failed again under its own key', async () => {
  const asked = server({}, ({ path }, n) =>
    path.includes('/b/') && n < 4 ? problem(409, 'The case has moved on.') : [200, { case_id: 'x' }],
  )
  const rows = ['a', 'b', 'c'].map((id) => ({
    id,
    revision: 2,
    kind: 'Return',
    reason: '',
    order: `o-${id}`,
    amount: fen(1000),
  }))
  await show(<Bulk what="confirm" rows={rows} left={1} onClose={() => undefined} onOpen={() => undefined} />)
  expect(screen.getByText(/1 chosen task cannot be done this way/)).toBeTruthy()
  expect(asked).toEqual([])
  press('Confirm 3, ¥30.00 in all')
  await screen.findByText('2 done, 1 failed, 0 to go')
  const failed = screen.getByText('o-b', { exact: false }).closest('li')
  expect(failed && within(failed).getByRole('alert').textContent).toContain('The case has moved on.')
  press(/Do the remaining 1$/)
  await screen.findByText('3 done, 0 failed, 0 to go')
  expect(asked.map(({ path }) => path.split('/')[3])).toEqual(['a', 'b', 'c', 'b'])
  expect(asked[0]?.body).toEqual({ expected_revision: 2 })
  expect(asked[3]?.key).toBe(asked[1]?.key)
})

test('a stock that changed meanwhile is told, keeps what was typed, and is set again from what it is now', async () => {
  const row = { id: 'v1', product_id: 'p', title: 'Shoes', price: fen(100), stock: 3, reserved: 0 }
  const reads = { '/v1/merchant-stock': { items: [row] } }
  const asked = server(reads, (_, n) => {
    if (n > 1) return [200, { ...row, stock: 9 }]
    reads['/v1/merchant-stock'] = { items: [{ ...row, stock: 5 }] }
    return problem(409, 'There are 5 now.')
  })
  const All = () =>
    useStock(0).data?.pages.flatMap(({ items }) => items.map((one) => <StockCount key={one.id} row={one} />))
  await show(<All />)
  const field = await screen.findByLabelText<HTMLInputElement>(/Shoes/)
  fireEvent.change(field, { target: { value: '9' } })
  press(/Save$/)
  expect(await screen.findByText('There are 5 now.')).toBeTruthy()
  expect(screen.getByLabelText<HTMLInputElement>(/Shoes/).value).toBe('9')
  press(/Save$/)
  await waitFor(() => expect(asked).toHaveLength(2))
  expect(asked.map(({ body }) => body)).toEqual([
    { was: 3, stock: 9 },
    { was: 5, stock: 9 },
  ])
  expect(asked[0]?.key).not.toBe(asked[1]?.key)
})

test('an address that was refused is sent anew when it was corrected', async () => {
  const asked = server({}, (_, n) => (n === 1 ? problem(422, 'No such city.') : [201, {}]))
  await show(<Addresses owner />)
  press('Add an address')
  const type = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } })
  press(/Save$/)
  expect(asked).toEqual([])
  type('Recipient', 'Yard')
  type('Phone', '139 0000')
  type('City', 'Nowhere')
  type('Street and number', 'Street 1')
  press(/Save$/)
  expect(await screen.findByText('No such city.')).toBeTruthy()
  type('City', 'Hangzhou')
  press(/Save$/)
  await waitFor(() => expect(asked).toHaveLength(2))
  expect(asked[1]?.body).toEqual({
    place: { name: 'Yard', phone: '1390000', city: 'Hangzhou', street: 'Street 1' },
    default: true,
  })
  expect(asked[0]?.key).not.toBe(asked[1]?.key)
})

test('who does not own the shop reads its rules and its bounds, and changes nothing', async () => {
  server(
    {
      '/v1/merchant-rules': {
        items: [{ name: 'small', below: fen(5000), enabled: true, set_by: 'o', set_at: '2026-01-01T00:00:00Z' }],
        bounds: { kinds: ['return'], below: fen(20000) },
      },
    },
    () => problem(403, 'no'),
  )
  await show(<Rules owner={false} />)
  expect(await screen.findByText('¥200.00')).toBeTruthy()
  expect(screen.getByText(/Return for any reason, up to ¥50.00: agree/)).toBeTruthy()
  expect(screen.queryAllByRole('button')).toEqual([])
  expect(screen.queryByRole('switch')).toBeNull()
})
