import { type ReactNode, useId } from 'react'

export interface Option<Value extends string> {
  value: Value
  label: ReactNode
  note?: ReactNode
  /** Stands at the left, a picture say. */
  before?: ReactNode
  /** Stands at the right, a price say. */
  after?: ReactNode
  /** Why it cannot be chosen. */
  why?: string | undefined
}

/** One of several, each a card as wide as the column, for fingers; to the keyboard and to listeners plain radio buttons. */
export function RadioCards<Value extends string>({
  legend,
  hideLegend = false,
  options,
  value,
  onChange,
  columns = 1,
}: {
  legend: ReactNode
  hideLegend?: boolean
  options: readonly Option<Value>[]
  value: Value | undefined
  onChange: (value: Value) => void
  columns?: 1 | 2
}) {
  const name = useId()
  return (
    <fieldset className="choices">
      <legend className={hideLegend ? 'unseen' : undefined}>{legend}</legend>
      <div className={columns === 2 ? 'choices-in two' : 'choices-in'}>
        {options.map((option) => (
          <label key={option.value} className={option.why ? 'choice off' : 'choice'}>
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={value === option.value}
              disabled={option.why !== undefined}
              onChange={() => onChange(option.value)}
            />
            {option.before}
            <span className="choice-words">
              <span className="choice-label">{option.label}</span>
              {option.note !== undefined && <span className="choice-note">{option.note}</span>}
              {option.why !== undefined && <span className="choice-why">{option.why}</span>}
            </span>
            {option.after !== undefined && <span className="choice-after">{option.after}</span>}
            <span className="choice-mark" aria-hidden="true" />
          </label>
        ))}
      </div>
    </fieldset>
  )
}
