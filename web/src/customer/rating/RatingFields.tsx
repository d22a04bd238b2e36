import { useState } from 'react'
import { formatMoment } from '@/shared/time'
import { useText } from '../case/messages'
import { Button, Icon, TextArea, WentWrong } from '../ui'
import './rating.css'

const scores = [1, 2, 3, 4, 5] as const
type Score = (typeof scores)[number]

export interface Given {
  score: number
  codes: readonly string[]
  text: string
}

interface Choice {
  value: string
  label: string
  good: boolean
}

/** One tap says how it went, a few more say why. It can be changed for a while. */
export function RatingFields({
  name,
  legend,
  given,
  until,
  choices,
  may,
  saved,
  error,
  onGive,
}: {
  /** Of the group of stars: unique on the page. */
  name: string
  legend: string
  /** score 0: nothing was said yet. */
  given: Given
  until: string | undefined
  choices: readonly Choice[]
  may: boolean
  saved: boolean
  error: unknown
  onGive: (next: Given) => void
}) {
  const t = useText()
  const { score, codes, text } = given
  const [more, setMore] = useState(false)
  const [words, setWords] = useState(text)
  return (
    <>
      <fieldset className="stars" disabled={!may}>
        <legend className="unseen">{legend}</legend>
        {scores.map((value) => (
          <label key={value} className={value <= score ? 'on' : ''}>
            <input
              type="radio"
              name={name}
              value={value}
              checked={value === score}
              aria-label={`${t('rating.stars', { count: value })} ${t(`rating.score${value}`)}`}
              onChange={() => {
                setMore(true)
                onGive({
                  score: value,
                  codes: codes.filter((code) =>
                    choices.some((choice) => choice.value === code && choice.good === value >= 4),
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
            {choices
              .filter((choice) => choice.good === score >= 4)
              .map((choice) => {
                const on = codes.includes(choice.value)
                return (
                  <li key={choice.value}>
                    <button
                      type="button"
                      className={on ? 'chip on' : 'chip'}
                      aria-pressed={on}
                      onClick={() =>
                        onGive({
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
          {words.trim() !== text && (
            <Button className="small" onClick={() => onGive({ score, codes, text: words.trim() })}>
              {t('rating.send')}
            </Button>
          )}
        </>
      )}
      {!may && text && <blockquote>{text}</blockquote>}
      {may && score > 0 && until && <p className="fine figures">{t('rating.until', { time: formatMoment(until) })}</p>}
      <WentWrong error={error} />
    </>
  )
}
