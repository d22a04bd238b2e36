import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { type ComponentType, Suspense } from 'react'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type Case, type FormProps, loadCase } from '@/features/case/parts'
import { changeLanguage } from '@/shared/i18n'
import { fen } from '@/shared/money'
import { load as loadUi } from '@/ui/messages'
import { load } from '../messages'
import AnswerForm from './AnswerForm'
import ExtensionForm from './ExtensionForm'
import { shopForms } from './index'
import InspectForm from './InspectForm'
import { CarryOutForm, ProveDeliveryForm } from './Simple'

vi.mock('@tanstack/react-router', () => ({ Link: 'a' }))

beforeAll(async () => {
  await Promise.all([load('en'), loadCase('en'), loadUi('en')])
  await changeLanguage('en')
})
afterEach(() => vi.unstubAllGlobals())

const one = {
  id: 'c1',
  kind: 'return',
  order_id: 'o1',
  revision: 4,
  open: true,
  stage: 'merchant_answer',
  amount: fen(19900),
  refunded: fen(0),
  quote: { total: fen(19900), freight: fen(0), lines: [], formula: [] },
  lines: [{ line_id: 'l1', quantity: 2 }],
  words: { kind: 'Return', stage: 'Shop to answer' },
  wait: { due_at: '2026-12-01T00:00:00Z' },
} as unknown as Case

interface Sent {
  path: string
  body: unknown
}

/** Answers like the server: what is read is empty but for the addresses, and every command is taken. */
function server(addresses: readonly unknown[] = []): Sent[] {
  const sent: Sent[] = []
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    const path = new URL(url).pathname
    if (init.method === 'POST') {
      const text = new TextDecoder().decode(init.body as ArrayBuffer)
      sent.push({ path, body: JSON.parse(text) })
    }
    const body = path === '/v1/merchant-addresses' ? { items: addresses } : { items: [], case_id: 'c1' }
    return Promise.resolve(new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } }))
  })
  return sent
}

async function show(Form: ComponentType<FormProps>, of: Case = one) {
  const done = vi.fn()
  await act(async () => {
    render(
      <QueryClientProvider client={new QueryClient()}>
        <Suspense fallback="…">
          <Form
            one={of}
            action={{ name: 'x', enabled: true, label: 'Send it' }}
            onDone={done}
            onCancel={() => undefined}
          />
        </Suspense>
      </QueryClientProvider>,
    )
    await Promise.resolve()
  })
  return done
}

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }))
const choose = (name: RegExp) => fireEvent.click(screen.getByRole('radio', { name }))

test('agreeing repeats the amount on its button, and goes for the revision that was seen', async () => {
  const sent = server([
    { id: 'a1', default: true, place: { name: 'N', phone: '1', city: 'C', street: 'S' }, since: '' },
  ])
  const done = await show(AnswerForm)
  press('Send it')
  expect(screen.getByText('Please choose an answer.')).toBeTruthy()
  expect(sent).toEqual([])
  choose(/^Agree/)
  press('Agree to the return of ¥199.00')
  await waitFor(() => expect(done).toHaveBeenCalledTimes(1))
  expect(sent).toEqual([{ path: '/v1/cases/c1/merchant-answer', body: { decision: 'agree', expected_revision: 4 } }])
})

test('an offer above what is at stake is not sent, and the one that is says how much it is', async () => {
  const sent = server()
  await show(AnswerForm)
  choose(/^Offer/)
  fireEvent.change(screen.getByLabelText('Amount (yuan)'), { target: { value: '200' } })
  press('Offer ¥200.00')
  expect(screen.getByText('The amount cannot be above ¥199.00.')).toBeTruthy()
  expect(sent).toEqual([])
  press('50%')
  press('Offer ¥99.50')
  await waitFor(() => expect(sent).toHaveLength(1))
  expect(sent[0]?.body).toMatchObject({ decision: 'offer', amount: { minor: 9950, currency: 'CNY' } })
})

test('a shop without an address is told so before it agrees to a return', async () => {
  server()
  await show(AnswerForm)
  choose(/^Agree/)
  expect(await screen.findByText(/has no return address yet/)).toBeTruthy()
})

test('a difference needs a picture; all well does not, and says what is refunded', async () => {
  const sent = server()
  await show(InspectForm)
  choose(/^Too few/)
  press('Report the difference')
  expect(screen.getByText('Please enter how many are missing, 1 to 1.')).toBeTruthy()
  fireEvent.change(screen.getByLabelText(/How many of the 2/), { target: { value: '1' } })
  press('Report the difference')
  expect(screen.getByText('Please add pictures or a video.')).toBeTruthy()
  expect(sent).toEqual([])
  choose(/^Intact/)
  press('All well, refund ¥199.00')
  await waitFor(() => expect(sent).toHaveLength(1))
  expect(sent[0]).toEqual({ path: '/v1/cases/c1/inspect', body: { expected_revision: 4 } })
})

test('more time is asked for in seconds', async () => {
  const sent = server()
  await show(ExtensionForm)
  choose(/^48 hours/)
  press('Ask for 48 hours')
  await waitFor(() => expect(sent).toHaveLength(1))
  expect(sent[0]).toEqual({ path: '/v1/cases/c1/ask-extension', body: { seconds: 172_800, expected_revision: 4 } })
})

test('to concede a delivery says the amount; a proof needs a file', async () => {
  const sent = server()
  await show(ProveDeliveryForm)
  choose(/^Yes/)
  press('Send it')
  expect(screen.getByText('Please add the proof.')).toBeTruthy()
  choose(/^I cannot/)
  press('Refund ¥199.00 now')
  await waitFor(() => expect(sent).toHaveLength(1))
  expect(sent[0]?.body).toEqual({ concede: true, expected_revision: 4 })
})

test('a judgment is carried out with its own amount on the button', async () => {
  const sent = server()
  await show(CarryOutForm, {
    ...one,
    complaint: { judgment: { amount: fen(5000), remedies: [{ kind: 'apology', coupon: fen(0) }] } },
  } as unknown as Case)
  expect(screen.getByText('Apology')).toBeTruthy()
  press('Carry out, refund ¥50.00')
  await waitFor(() => expect(sent).toHaveLength(1))
  expect(sent[0]?.path).toBe('/v1/cases/c1/carry-out')
})

test('every command that is a shop’s alone has its form', () => {
  expect(Object.keys(shopForms).sort()).toEqual(
    [
      'ask_extension',
      'cannot_repair',
      'cannot_ship',
      'carry_out',
      'diagnose',
      'finish_repair',
      'inspect',
      'merchant_answer',
      'prove_delivery',
      'ship_replacement',
    ].sort(),
  )
})
