/** Faults that most things have; a shop may name others, in letters that a code is made of. */
export const faults = [
  'no_power',
  'battery',
  'screen',
  'sound',
  'connection',
  'buttons',
  'motor',
  'seam',
  'sole',
  'zip',
  'broken_part',
  'water',
  'no_fault_found',
] as const

/** A typed name as a code; null where nothing of it can be one. */
export function faultOf(typed: string): string | null {
  const code = typed
    .normalize('NFKC')
    .toLowerCase()
    .trim()
    .replace(/[\s-]+/g, '_')
  return /^[a-z0-9_]{1,48}$/.test(code) ? code : null
}
