import type { Schemas } from '@/shared/api'

/** What was found in a parcel, from as it should be to nothing at all. */
export const findings = ['as_new', 'used', 'damaged', 'short', 'wrong', 'empty'] as const
export type Finding = (typeof findings)[number]

export interface InspectionDraft {
  finding: Finding | ''
  missing: string
  grams: string
  words: string
}

export type MissingThere = 'finding' | 'missing' | 'grams' | 'files'

/** A count as it is typed; null: it is none, or more than there can be. */
export function countOf(typed: string, most: number): number | null {
  const plain = typed.normalize('NFKC').trim()
  if (!/^\d{1,8}$/.test(plain)) return null
  const count = Number(plain)
  return count <= most ? count : null
}

const heaviest = 10_000_000

/** What is still to be filled in. A difference must be shown; fewer units are some, but not all. */
export function missingThere(draft: InspectionDraft, files: number, units: number): MissingThere | undefined {
  if (draft.finding === '') return 'finding'
  if (draft.finding === 'short' && !countOf(draft.missing, units - 1)) return 'missing'
  if (draft.grams.trim() !== '' && countOf(draft.grams, heaviest) === null) return 'grams'
  if (draft.finding !== 'as_new' && files === 0) return 'files'
  return undefined
}

/** What is sent of it. That all is well is told by no difference. */
export function inspectionOf(
  draft: InspectionDraft,
  evidence: readonly string[],
  units: number,
): Omit<Schemas['Inspect'], 'expected_revision'> {
  const { finding } = draft
  const grams = countOf(draft.grams, heaviest)
  const words = draft.words.trim()
  return {
    ...(finding !== '' && finding !== 'as_new' ? { difference: finding } : {}),
    ...(finding === 'short' ? { missing_units: countOf(draft.missing, units - 1) ?? 0 } : {}),
    ...(grams ? { grams } : {}),
    ...(evidence.length > 0 ? { evidence: [...evidence] } : {}),
    ...(words ? { text: words } : {}),
  }
}

/** Whether a weight is so far below what was expected that it should be looked at: a tenth or more. */
export const tooLight = (grams: number | null, expected: number | undefined): boolean =>
  grams !== null && expected !== undefined && expected > 0 && grams < expected * 0.9
