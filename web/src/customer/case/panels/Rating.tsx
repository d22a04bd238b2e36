import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { api, isProblem, take } from '@/shared/api'
import { useIntention } from '@/shared/idempotency'
import { formatMoment } from '@/shared/time'
import { Button, Icon, TextArea, WentWrong } from '../../ui'
import { useText } from '../messages'
import { type Case, caseKey } from '../queries'
import { Panel } from './Panel'

const scores = [1, 2, 3, 4, 5] as const
type Score = (typeof scores)[number]

/** What the customer thinks of how it went: one tap says it, a few more say why. It can be changed for a while. */
export function Rating({ one }: { one: Case }) {
  const t = useText()
  const client = useQueryClient()
  const intention = useIntention()
  const running = useRef(0)
  const { rating } = one
  const may = one.actions.some((action) => action.name === 'rate' && action.enabled)
  const [more, setMore] = useState(false)
  const [words, setWords] = useState(rating?.text ?? '')
  const [error, setError] = useState<unknown>(null)
  const [saved, setSaved] = useState(false)
  if (!rating && !may) return null

  const score = rating?.score ?? 0
  const codes = rating?.codes ?? []
  const give = async (next: { score: number; codes: readonly string[]; text: string }) => {
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
  const choices = one.rating_choices.filter((choice) => choice.good === score >= 4)
  return (
    <Panel title={t(score > 0 ? 'rating.thanks' : 'rating.title')}>
      <fieldset className="stars" disabled={!may}>
        <legend className="unseen">{t('rating.title')}</legend>
        {scores.map((value) => (
          <label key={value} className={value <= score ? 'on' : ''}>
            <input
              type="radio"
              name={`rating-${one.id}`}
              value={value}
              checked={value === score}
              aria-label={`${t('rating.stars', { count: value })} ${t(`rating.score${value}`)}`}
              onChange={() => {
                setMore(true)
                void give({
                  score: value,
                  codes: codes.filter((code) =>
                    one.rating_choices.some((choice) => choice.value === code && choice.good === value >= 4),
                  ),
                  text: words.trim(),
                })
              }}
            />
            <Icon name="star" size={34} />
          </label>
        ))}
      </fieldset>
      <p className="stars-word" aria-live="polite">
        {score > 0 ? t(`rating.score${score as Score}`) : ' '}
        {saved && <small> · {t('rating.saved')}</small>}
      </p>
      {may && score > 0 && (more || codes.length > 0) && (
        <>
          <ul className="chips" aria-label={t('rating.what')}>
            {choices.map((choice) => {
              const on = codes.includes(choice.value)
              return (
                <li key={choice.value}>
                  <button
                    type="button"
                    className={on ? 'chip on' : 'chip'}
                    aria-pressed={on}
                    onClick={() =>
                      void give({
                        score,
                        codes: on ? codes.filter((code) => code !== choice.value) : [...codes, choice.value],
                        text: words.trim(),
                      })
                    }
                  >
                    {choice.label}
                  </button>
                </li>
              )
            })}
          </ul>
          <TextArea
            label={t('rating.words')}
            value={words}
            maxLength={2000}
            rows={2}
            onChange={(event) => setWords(event.target.value)}
          />
          {words.trim() !== (rating?.text ?? '') && (
            <Button className="small" onClick={() => void give({ score, codes, text: words.trim() })}>
              {t('rating.send')}
            </Button>
          )}
        </>
      )}
      {!may && rating?.text && <blockquote>{rating.text}</blockquote>}
      {may && rating && (
        <p className="fine figures">{t('rating.until', { time: formatMoment(rating.changeable_until) })}</p>
      )}
      <WentWrong error={error} />
    </Panel>
  )
}
