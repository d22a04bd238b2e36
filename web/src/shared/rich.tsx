import type { ReactNode } from 'react'

/**
 * A sentence with parts that are more than words: `rich('See the <a>rules</a>.', { a: (words) => <Link …>{words}</Link> })`. Tags do not
 * nest; a tag that has no part stays text.
 */
export function rich(sentence: string, parts: Readonly<Record<string, (words: string) => ReactNode>>): ReactNode {
  const pieces = sentence.split(/(<(\w+)>.*?<\/\2>)/)
  return pieces
    .filter((_, index) => index % 3 !== 2) // the tags' names, caught by the inner group
    .map((piece, index) => {
      const match = /^<(\w+)>(.*)<\/\1>$/.exec(piece)
      const part = match && parts[match[1] ?? '']
      return part ? <span key={index}>{part(match[2] ?? '')}</span> : piece
    })
}
