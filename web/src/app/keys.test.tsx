import { act, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useKey, useShortcuts } from './keys'

const did = vi.fn()

function Listens({
  keys,
  name,
  always = false,
  when = true,
}: {
  keys: string
  name: string
  always?: boolean
  when?: boolean
}) {
  useKey(keys, name, () => did(name) as undefined, { always, when })
  return null
}

function Sheet() {
  return (
    <ul>
      {useShortcuts().map((one) => (
        <li key={one.label}>{one.label}</li>
      ))}
    </ul>
  )
}

beforeEach(() => void did.mockClear())
afterEach(() => vi.useRealTimers())

const press = (key: string, more: Partial<KeyboardEventInit> = {}, at: Element = document.body) =>
  fireEvent.keyDown(at, { key, ...more })

test('keys act, one after the other where it says so, and the latest to listen wins', () => {
  render(
    <>
      <Listens keys="j" name="list" />
      <Listens keys="g c" name="cases" />
      <Listens keys="c" name="claim" />
      <Listens keys="j" name="drawer" />
    </>,
  )
  press('j')
  press('g')
  press('c')
  press('c')
  expect(did.mock.calls.flat()).toEqual(['drawer', 'cases', 'claim'])
})

test('a prefix that is not followed up is forgotten', () => {
  vi.useFakeTimers()
  render(<Listens keys="g c" name="cases" />)
  press('g')
  vi.advanceTimersByTime(2000)
  press('c')
  expect(did).not.toHaveBeenCalled()
})

test('keys are let be while somebody types, composes or holds another key, but for those that always act', () => {
  render(
    <>
      <input aria-label="text" />
      <Listens keys="j" name="down" />
      <Listens keys="mod+k" name="palette" always />
    </>,
  )
  press('j', {}, screen.getByLabelText('text'))
  press('j', { isComposing: true })
  press('j', { altKey: true })
  press('j', { ctrlKey: true })
  expect(did).not.toHaveBeenCalled()
  press('K', { ctrlKey: true }, screen.getByLabelText('text'))
  press('k', { metaKey: true })
  expect(did.mock.calls.flat()).toEqual(['palette', 'palette'])
})

test('the sheet lists what acts now', () => {
  const { rerender } = render(
    <>
      <Listens keys="j" name="down" />
      <Listens keys="x" name="off" when={false} />
      <Sheet />
    </>,
  )
  expect(screen.getAllByRole('listitem').map((one) => one.textContent)).toEqual(['down'])
  act(() => rerender(<Sheet />))
  expect(screen.queryAllByRole('listitem')).toEqual([])
})
