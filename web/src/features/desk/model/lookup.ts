/** What somebody says on the telephone: a mail address, a telephone number, or the number of an order or a case. */
export type Said = { what: 'mail' | 'phone' | 'number'; value: string } | null

/** The least that the number of an order or a case is asked for by. */
const shortest = 4

export function saidIn(typed: string): Said {
  const value = typed.trim()
  if (value.includes('@')) return { what: 'mail', value }
  const digits = value.replace(/[\s()-]/g, '')
  if (/^(\+|00)?\d{7,15}$/.test(digits)) return { what: 'phone', value: digits }
  return value.length >= shortest ? { what: 'number', value } : null
}
