import { type ComponentProps, type ReactNode, useId } from 'react'

interface Common {
  label: ReactNode
  hint?: ReactNode | undefined
  /** What is wrong with what stands in it, in words. */
  error?: ReactNode | undefined
}

/** A line to type into, with its label above, and under it what helps or what is wrong. */
export function TextField({
  label,
  hint,
  error,
  before,
  after,
  className,
  ...rest
}: Common & { before?: ReactNode; after?: ReactNode } & Omit<ComponentProps<'input'>, 'id'>) {
  const id = useId()
  return (
    <div className={['field', error ? 'wrong' : '', className].filter(Boolean).join(' ')}>
      <label htmlFor={id}>{label}</label>
      <div className="field-box">
        {before !== undefined && <span className="field-aside">{before}</span>}
        <input id={id} aria-invalid={error ? true : undefined} aria-describedby={`${id}-said`} {...rest} />
        {after}
      </div>
      <Said id={`${id}-said`} hint={hint} error={error} />
    </div>
  )
}

/** Several lines to type into; says how many characters are left once that matters. */
export function TextArea({
  label,
  hint,
  error,
  value,
  maxLength,
  ...rest
}: Common & { value: string; maxLength: number } & Omit<ComponentProps<'textarea'>, 'id' | 'value' | 'maxLength'>) {
  const id = useId()
  return (
    <div className={error ? 'field wrong' : 'field'}>
      <label htmlFor={id}>{label}</label>
      <div className="field-box">
        <textarea
          id={id}
          value={value}
          maxLength={maxLength}
          aria-invalid={error ? true : undefined}
          aria-describedby={`${id}-said`}
          {...rest}
        />
      </div>
      <div className="field-foot">
        <Said id={`${id}-said`} hint={hint} error={error} />
        {value.length > maxLength * 0.6 && (
          <span className="field-count figures">
            {value.length}/{maxLength}
          </span>
        )}
      </div>
    </div>
  )
}

function Said({ id, hint, error }: { id: string; hint: ReactNode; error: ReactNode }) {
  return (
    <div id={id} className="field-said">
      {error ? (
        <p className="field-error" role="alert">
          {error}
        </p>
      ) : (
        hint !== undefined && <p>{hint}</p>
      )}
    </div>
  )
}
