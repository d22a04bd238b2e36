/** What is being written: the words as they stand here, and what the server had when both were last in step. */
export interface Draft {
  readonly words: string
  readonly base: string
}

export const noDraft: Draft = { words: '', base: '' }

/** The server does not have what stands here. */
export const ahead = (draft: Draft): boolean => draft.words !== draft.base

/**
 * What the server tells of a draft, which another device may have gone on with. Words of this device that it never got stay: they are
 * the newest that anybody knows.
 */
export const merged = (draft: Draft, server: string): Draft =>
  ahead(draft) ? { ...draft, base: server } : draft.base === server ? draft : { words: server, base: server }

/** Words that were to be sent and were not, before what was written after them. */
export const withHeld = (words: string, held: readonly string[]): string =>
  [...held, words].filter((one) => one.trim() !== '').join('\n')
