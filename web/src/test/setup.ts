import { cleanup } from '@testing-library/react'
import { afterEach } from 'vitest'

// What the pages find in every browser and happy-dom lacks.
if (!('matchMedia' in globalThis)) {
  Object.assign(globalThis, {
    matchMedia: (media: string) => Object.assign(new EventTarget(), { matches: false, media }),
  })
}

afterEach(() => {
  cleanup()
  localStorage.clear()
  sessionStorage.clear()
})
