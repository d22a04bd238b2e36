import { useErrorText } from './Failure'
import css from './form.module.css'

/** What stands in the way of what was just asked for, in words, beside what asked for it. Nothing: nothing. */
export function Wrong({ error }: { error: unknown }) {
  const errorText = useErrorText()
  if (error === null || error === undefined) return null
  return (
    <p role="alert" className={css.wrong}>
      {errorText(error)}
    </p>
  )
}
