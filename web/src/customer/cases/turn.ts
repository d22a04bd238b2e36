import type { T } from '../messages'
import type { CaseHead } from './queries'

type Known = Pick<CaseHead, 'open' | 'waiting_for' | 'stage'>

/**
 * Whose turn it is in a case, to its customer: theirs; nobody's, but they may act (a judgment can be appealed against, and stands if nobody
 * does); or somebody else's.
 */
export function turnOf({ open, waiting_for, stage }: Known): 'mine' | 'may' | 'theirs' {
  if (!open || (waiting_for !== 'customer' && waiting_for !== 'both')) return 'theirs'
  return stage === 'appeal_window' ? 'may' : 'mine'
}

/** The same in words. */
export function turnWords(t: T, one: Known & Pick<CaseHead, 'words'>): string {
  const turn = turnOf(one)
  if (turn !== 'theirs') return t(turn === 'mine' ? 'case.yourTurn' : 'case.mayAppeal')
  return one.words.waiting_for ? t('case.turnOf', { who: one.words.waiting_for }) : t('case.underWay')
}
