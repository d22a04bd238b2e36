import css from './states.module.css'
import { useText } from './messages'

/** Lines where content will be. They appear only after a moment, so that what is quick does not flicker. */
export function Loading({ rows = 5, label }: { rows?: number; label?: string }) {
  const say = useText()
  return (
    <div role="status" className={css.loading}>
      <span className="unseen">{label ?? say('loading')}</span>
      {Array.from({ length: rows }, (_, index) => (
        <span key={index} className={css.bone} style={{ width: `${92 - ((index * 37) % 45)}%` }} />
      ))}
    </div>
  )
}
