import type { ReactNode } from 'react'
import css from './states.module.css'

/** Nothing is there, why, and what to do about it. */
export function Empty({ title, text, action }: { title: string; text?: string; action?: ReactNode }) {
  return (
    <div className={css.state}>
      <p className={css.title}>{title}</p>
      {text && <p className={css.text}>{text}</p>}
      {action && <div className={css.slot}>{action}</div>}
    </div>
  )
}
