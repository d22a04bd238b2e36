import { useCallback, useState } from 'react'
import type { Draft, Evidence } from '../../open/draft'
import { useEvidence } from '../../open/useEvidence'

/** The files of a form: as the opening forms send them, kept for as long as the form stands. */
export function useFiles() {
  const [evidence, setEvidence] = useState<readonly Evidence[]>([])
  const change = useCallback(
    (part: (now: Draft) => Partial<Draft>) => setEvidence((all) => part({ evidence: all } as Draft).evidence ?? all),
    [],
  )
  return { files: useEvidence({ evidence: [...evidence] }, change), ids: evidence.map((one) => one.id) }
}
