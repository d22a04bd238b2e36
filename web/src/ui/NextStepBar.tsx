import type { ReactNode } from 'react'
import type { Schemas } from '@/shared/api'
import { formatMoment, useNow } from '@/shared/time'
import { Countdown } from './Countdown'
import { useText } from './messages'
import css from './NextStepBar.module.css'

interface Props {
  next: Schemas['Next']
  wait?: Schemas['Wait'] | undefined
  /** What can be done about it: buttons. */
  children?: ReactNode
  /** The time ran out: what is shown is about to change. */
  onZero?: () => void
}

/** What comes next: who must act, how long they have, and what happens when the time is up. Stays in view. */
export function NextStepBar({ next, wait, children, onZero }: Props) {
  const say = useText()
  const over = useNow() >= (wait ? new Date(wait.due_at).getTime() : Infinity)
  return (
    <section className={css.bar} data-yours={next.yours || undefined} aria-label={next.text}>
      <div className={css.words}>
        <p className={css.what}>
          {next.yours && <span className={css.yours}>{say('next.yours')}</span>}
          {next.text}
        </p>
        <p className={css.then}>
          {next.paused ? say('next.paused') : over && wait ? say('next.over') : next.at_zero}
          {wait && wait.moved > 0 && <span className={css.moved}>{say('next.moved', { count: wait.moved })}</span>}
        </p>
      </div>
      {wait && !next.paused && (
        <div className={css.clock}>
          <span className={css.left}>
            <Countdown dueAt={wait.due_at} since={wait.since} {...(onZero ? { onZero } : {})} />
            {!over && <span className={css.unit}>{say('next.left')}</span>}
          </span>
          <span className={css.until}>{say('next.until', { at: formatMoment(wait.due_at) })}</span>
        </div>
      )}
      {children && <div className={css.actions}>{children}</div>}
    </section>
  )
}
