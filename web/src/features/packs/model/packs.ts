/** A pack's text as its lines, without the last one's end. */
export const linesOf = (content: string): readonly string[] => content.replace(/\r?\n$/, '').split(/\r?\n/)

interface Problem {
  line: number
}

/** Problems by the line that they stand in; those without a place under 0. */
export function byLine<P extends Problem>(problems: readonly P[]): ReadonlyMap<number, readonly P[]> {
  const lines = new Map<number, P[]>()
  for (const one of problems) {
    const line = one.line > 0 ? one.line : 0
    lines.set(line, [...(lines.get(line) ?? []), one])
  }
  return lines
}

interface Difference {
  table: string
}

/** Differences by table, in the order in which the tables first appear. */
export function byTable<D extends Difference>(
  all: readonly D[],
): readonly (readonly [table: string, items: readonly D[]])[] {
  const tables = new Map<string, D[]>()
  for (const one of all) tables.set(one.table, [...(tables.get(one.table) ?? []), one])
  return [...tables]
}

/** Enough of a hash to tell two apart. */
export const short = (hash: string): string => hash.slice(0, 12)

/** The most that a pack's text may be, in bytes. */
export const mostBytes = 262_144

/** What is wrong with a file before it is read as a pack. */
export function refused(file: Pick<File, 'name' | 'size'>): 'kind' | 'size' | null {
  if (!/\.(ya?ml|txt)$/i.test(file.name)) return 'kind'
  return file.size > mostBytes ? 'size' : null
}

const draftName = 'pack-draft'

/** The text that is worked on, kept with the tab, so that a page that was left or a sign-in loses none of it. */
export const draft = {
  read: (): string => {
    try {
      return sessionStorage.getItem(draftName) ?? ''
    } catch {
      return ''
    }
  },
  write: (content: string): void => {
    try {
      if (content) sessionStorage.setItem(draftName, content)
      else sessionStorage.removeItem(draftName)
    } catch {
      // then it lives as long as the page
    }
  },
}
