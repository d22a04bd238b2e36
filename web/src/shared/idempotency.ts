import { useState } from 'react'

/**
 * The Idempotency-Key of one intention of a person. As long as the content stays the same it is the same intention: a double click,
 * a repeat after a lost network, a second try. Other content is another intention, and so is the same once it was done.
 */
export class Intention {
  #key = ''
  #content = ''

  /** The key for sending this content. */
  key(content: unknown = null): string {
    const text = JSON.stringify(content)
    if (this.#key === '' || text !== this.#content) {
      this.#content = text
      this.#key = newKey()
    }
    return this.#key
  }

  /** It was done: the same again would be a new intention. */
  done(): void {
    this.#key = ''
  }
}

export const newKey = (): string => crypto.randomUUID()

/** The intention of a form, for as long as it stands. */
export function useIntention(): Intention {
  const [intention] = useState(() => new Intention())
  return intention
}
