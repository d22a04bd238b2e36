import type { Schemas } from '@/shared/api'

const enough = 4

/** What the customer said last that says something: what an article may answer. Empty: nothing yet. */
export function lastWordsOf(messages: readonly Schemas['Message'][]): string {
  const said = messages.findLast(
    (one) =>
      one.from.role === 'customer' &&
      one.kind === 'text' &&
      !one.recalled_at &&
      (one.content.text ?? '').trim().length >= enough,
  )
  return (said?.content.text ?? '').trim().slice(0, 200)
}

/** An article's text as it stands in a message: no signs of markup, links by their words. */
export const plainOf = (markdown: string): string =>
  markdown
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*([^*]+)\*\*/g, '$1')
    .replace(/^#{1,6}\s+/gm, '')
    .replace(/^[ \t]*[-*]\s+/gm, '· ')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
