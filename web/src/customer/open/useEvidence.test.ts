import { expect, it } from 'vitest'
import { accepted } from './useEvidence'

it('takes what somebody could look at, and leaves what does not say what it is to the server', () => {
  for (const type of ['image/jpeg', 'image/heic', 'video/mp4', 'video/quicktime', 'application/pdf', ''])
    expect(accepted({ type }), type).toBe(true)
  for (const type of ['text/plain', 'application/zip', 'video/x-msvideo', 'application/x-msdownload'])
    expect(accepted({ type }), type).toBe(false)
})
