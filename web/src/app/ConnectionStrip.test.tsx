import { act, render, screen } from '@testing-library/react'
import { Suspense } from 'react'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { changeLanguage } from '@/shared/i18n'
import { ConnectionStrip } from './ConnectionStrip'
import { load } from './messages'

const live = vi.hoisted(() => ({ state: 'live' }))
vi.mock('@/realtime', () => ({ useConnection: () => live.state }))

beforeAll(async () => {
  await load('en')
  await changeLanguage('en')
})
afterEach(() => vi.useRealTimers())

test('a break is told when it lasts, and no longer than it does', async () => {
  vi.useFakeTimers()
  const page = (
    <Suspense>
      <ConnectionStrip />
    </Suspense>
  )
  const { rerender } = render(page)
  const become = async (state: string, after: number) => {
    live.state = state
    rerender(
      <Suspense>
        <ConnectionStrip />
      </Suspense>,
    )
    await act(() => vi.advanceTimersByTimeAsync(after))
  }
  await become('lost', 1000)
  expect(screen.queryByText(/Connection lost/)).toBeNull()
  await become('live', 5000)
  expect(screen.queryByText(/Connection lost/)).toBeNull()
  await become('lost', 3000)
  expect(screen.getByText(/Connection lost/)).toBeTruthy()
  await become('live', 10)
  expect(screen.queryByText(/Connection lost/)).toBeNull()
})
