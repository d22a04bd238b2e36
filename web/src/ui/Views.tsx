import type { ReactNode } from 'react'
import css from './Views.module.css'

interface Props<Value extends string> {
  /** What is chosen here, for those who listen. */
  label: string
  value: Value
  options: readonly { value: Value; label: ReactNode }[]
  onChange: (value: Value) => void
}

/** Which of a few views of the same thing is shown. */
export function Views<Value extends string>({ label, value, options, onChange }: Props<Value>) {
  return (
    <div className={css.tabs} role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  )
}
