/** A piece of a notice: what our texts are made of, and no more. */
export type Block = { kind: 'heading' | 'text'; words: string } | { kind: 'list'; items: readonly string[] }

/** Reads the little Markdown of our notices: headings, paragraphs whose lines belong together, and lists. */
export function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = []
  for (const part of text.split(/\n\s*\n/)) {
    const lines = part.split('\n').filter((line) => line.trim() !== '')
    let words: string[] = []
    let items: string[] = []
    const flush = () => {
      if (words.length > 0)
        blocks.push({ kind: 'text', words: words.join(/[\u4e00-\u9fff]/.test(words.join('')) ? '' : ' ') })
      if (items.length > 0) blocks.push({ kind: 'list', items })
      words = []
      items = []
    }
    for (const line of lines) {
      const heading = /^#{1,6}\s+(.*)$/.exec(line)
      const item = /^\s*[-*]\s+(.*)$/.exec(line)
      if (heading) {
        flush()
        blocks.push({ kind: 'heading', words: heading[1] ?? '' })
      } else if (item) {
        if (words.length > 0) flush()
        items.push(item[1] ?? '')
      } else if (items.length > 0) items.push(`${items.pop() ?? ''} ${line.trim()}`)
      else words.push(line.trim())
    }
    flush()
  }
  return blocks
}

/** The words of a line with those that are strong: `['plain', 'strong', 'plain']`, every second one strong. */
export const strongOf = (words: string): readonly string[] => words.split(/\*\*(.+?)\*\*/)
