import { expect, test } from 'vitest'
import { added, arrived, failed, next, type Outbox, released } from './outbox'
import { said } from './fake'

const words = (clientID: string, until?: number) => ({
  clientID,
  content: { kind: 'text' as const, text: clientID },
  at: 0,
  ...(until === undefined ? {} : { until }),
})
const box = (...all: ReturnType<typeof words>[]): Outbox => all.reduce<Outbox>(added, [])

test('what is held keeps what was written after it, and goes before it', () => {
  const two = box(words('first', 5_000), words('second'))
  expect(next(two)).toBeUndefined()
  const after = released(two, 'first')
  expect(next(after)?.clientID).toBe('first')
  expect(after.map(({ state }) => state)).toEqual(['waiting', 'waiting'])
})

test('what failed keeps nobody waiting, and letting it go does not send it again', () => {
  const two = failed(box(words('first', 5_000), words('second')), 'first', new Error('no'))
  expect(next(two)?.clientID).toBe('second')
  expect(released(two, 'first')).toEqual(two)
})

test('what arrived, whichever way, is not on its way any more', () => {
  const two = box(words('first', 5_000), words('second'))
  const others = arrived(two, [said(1, { client_id: 'first' })])
  expect(others).toBe(two)
  expect(arrived(two, [said(1, { client_id: 'first', from: { role: 'agent', mine: true } })])).toHaveLength(1)
})
