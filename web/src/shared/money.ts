import type { Schemas } from './api/client'

/** Whole minor units with their currency: 19900 fen is ¥199.00. Never a fraction, never a float. */
export type Money = Schemas['Money']

const signs: Record<string, string> = { CNY: '¥' }

export const fen = (minor: number): Money => ({ minor, currency: 'CNY' })

/** `¥1,234.50`; what was taken away as `−¥5.00`. Whole yuan keep their two zeros, so that amounts line up. */
export function formatMoney({ minor, currency }: Money): string {
  const sign = minor < 0 ? '−' : ''
  const digits = Math.abs(minor).toString().padStart(3, '0')
  const yuan = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',')
  return `${sign}${signs[currency] ?? `${currency} `}${yuan}.${digits.slice(-2)}`
}

/** Reads what a person typed as yuan, `1,234.5` say, into fen. Anything that is no amount is null. */
export function parseYuan(typed: string): number | null {
  const plain = typed.normalize('NFKC').replace(/[\s,¥元]/g, '')
  const match = /^(\d{1,12})(?:\.(\d{0,2}))?$/.exec(plain)
  if (!match) return null
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}

/** Fen as the text of an input field: `199` or `199.50`. */
export function yuanOf(minor: number): string {
  const cents = minor % 100
  return cents === 0 ? String(minor / 100) : `${(minor - cents) / 100}.${String(cents).padStart(2, '0')}`
}
