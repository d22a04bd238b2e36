import { act, fireEvent, render, screen } from '@testing-library/react'
import { StrictMode } from 'react'
import { beforeAll, expect, it, vi } from 'vitest'
import { changeLanguage } from '@/shared/i18n'
import { load } from '../messages'
import { Sheet } from './Sheet'

beforeAll(async () => {
  await load('en')
  await changeLanguage('en')
})

const shown = async (onClose?: () => void) => {
  const sheet = (
    <StrictMode>
      <Sheet title="Refund" {...(onClose ? { onClose } : {})}>
        words
      </Sheet>
    </StrictMode>
  )
  await act(async () => {
    render(sheet)
    await Promise.resolve()
  })
  return await screen.findByRole<HTMLDialogElement>('dialog')
}

it('stays when the word of an earlier closing comes after it was shown again', async () => {
  const onClose = vi.fn()
  const sheet = await shown(onClose)
  onClose.mockClear()
  fireEvent(sheet, new Event('close'))
  expect(sheet.open).toBe(true)
  expect(onClose).not.toHaveBeenCalled()
})

it('tells when the browser closed it', async () => {
  const onClose = vi.fn()
  const sheet = await shown(onClose)
  onClose.mockClear()
  sheet.open = false
  fireEvent(sheet, new Event('close'))
  expect(onClose).toHaveBeenCalledOnce()
})

it('comes up again where nothing but its content may close it', async () => {
  const sheet = await shown()
  sheet.open = false
  fireEvent(sheet, new Event('close'))
  expect(sheet.open).toBe(true)
})
