/** What a state means for the eye: quiet, somebody else's turn, one's own turn, good, bad, with the platform. */
export type Tone = 'quiet' | 'wait' | 'act' | 'good' | 'bad' | 'review'

const bad = new Set([
  'rejected',
  'refused',
  'details_missing',
  'not_sent_back',
  'no_consent',
  'not_paid',
  'not_repaired',
  'dismissed',
])
const quiet = new Set(['withdrawn', 'refusal_accepted', 'cancelled', 'replaced', 'resolved'])
const platform = new Set([
  'review',
  'approval',
  'dispute',
  'appeal_review',
  'details_help',
  'complaint_evidence',
  'suspended',
])

interface State {
  stage: string
  open: boolean
  outcome?: string
  waiting_for?: string
}

/** The tone of a case, as `reader` sees it: what waits for the reader stands out. */
export function toneOf(state: State, reader: string): Tone {
  if (!state.open) {
    const outcome = state.outcome ?? ''
    if (quiet.has(outcome)) return 'quiet'
    return bad.has(outcome) ? 'bad' : 'good'
  }
  const own =
    reader === 'customer' || reader === 'merchant' ? [reader, 'both'] : ['platform', 'agent', 'supervisor', 'operator']
  if (own.includes(state.waiting_for ?? '')) return 'act'
  if (state.stage === 'refused') return 'bad'
  return platform.has(state.stage) ? 'review' : 'wait'
}
