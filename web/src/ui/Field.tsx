import { type ReactNode, useId } from 'react'
import css from './Field.module.css'

/** What an input needs to belong to its label, its hint and its error. Spread it over the control. */
export interface Control {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
}

interface Props {
  label: ReactNode
  hint?: ReactNode
  error?: ReactNode
  optional?: ReactNode
  children: (control: Control) => ReactNode
}

/** A field of a form: its label, the control, and below it a hint or what is wrong. */
export function Field({ label, hint, error, optional, children }: Props) {
  const id = useId()
  const about = error || hint ? `${id}-about` : undefined
  return (
    <div className={css.field}>
      <label htmlFor={id} className={css.label}>
        {label}
        {optional && <span className={css.optional}>{optional}</span>}
      </label>
      {children({ id, 'aria-describedby': about, 'aria-invalid': error ? true : undefined })}
      {error ? (
        <p id={about} role="alert" className={css.error}>
          {error}
        </p>
      ) : (
        hint && (
          <p id={about} className={css.hint}>
            {hint}
          </p>
        )
      )}
    </div>
  )
}
