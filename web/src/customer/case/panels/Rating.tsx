import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { api, isProblem, take } from '@/shared/api'
import { useIntention } from '@/shared/idempotency'
import { type Given, RatingFields } from '../../rating/RatingFields'
import { useText } from '../messages'
import { type Case, caseKey } from '../queries'
import { Panel } from './Panel'

/** What the customer thinks of how it went: one tap says it, a few more say why. It can be changed for a while. */
export function Rating({ one }: { one: Case }) {
  const t = useText()
  const client = useQueryClient()
  const intention = useIntention()
  const running = useRef(0)
  const { rating } = one
  const may = one.actions.some((action) => action.name === 'rate' && action.enabled)
  const [error, setError] = useState<unknown>(null)
  const [saved, setSaved] = useState(false)
  if (!rating && !may) return null

  const score = rating?.score ?? 0
  const codes = rating?.codes ?? []
  const give = async (next: Given) => {
    // It is shown at once: should it fail, what was there before comes back with why.
    const before = client.getQueryData<Case>(caseKey(one.id))
    const at = new Date().toISOString()
    const optimistic = {
      score: next.score,
      codes: [...next.codes],
      words: rating?.words ?? [],
      text: next.text,
      at,
      changeable_until: rating?.changeable_until ?? at,
    }
    await client.cancelQueries({ queryKey: caseKey(one.id), exact: true })
    client.setQueryData<Case>(caseKey(one.id), (known) => known && { ...known, rating: optimistic })
    setError(null)
    setSaved(false)
    const turn = ++running.current
    const body = { score: next.score, codes: [...next.codes], ...(next.text ? { text: next.text } : {}) }
    try {
      const given = await take(
        api.POST('/v1/cases/{id}/rating', {
          params: { path: { id: one.id }, header: { 'Idempotency-Key': intention.key(body) } },
          body,
        }),
      )
      if (turn !== running.current) return // a later tap counts
      intention.done()
      client.setQueryData<Case>(caseKey(one.id), (known) => known && { ...known, rating: given })
      setSaved(true)
    } catch (failure) {
      if (turn !== running.current) return
      client.setQueryData(caseKey(one.id), before)
      setError(failure)
      if (isProblem(failure)) void client.invalidateQueries({ queryKey: caseKey(one.id), exact: true })
    }
  }
  return (
    <Panel title={t(score > 0 ? 'rating.thanks' : 'rating.title')}>
      <RatingFields
        name={`rating-${one.id}`}
        legend={t('rating.title')}
        given={{ score, codes, text: rating?.text ?? '' }}
        until={rating?.changeable_until}
        choices={one.rating_choices}
        may={may}
        saved={saved}
        error={error}
        onGive={(next) => void give(next)}
      />
    </Panel>
  )
}
