import { useEffect, useRef } from 'react'
import { formatSpan, formatWhole, useNow } from '@/shared/time'
import css from './Countdown.module.css'

interface Props {
  dueAt: string
  /** From when the time counted, so that the last tenth of it stands out. */
  since?: string
  paused?: boolean
  /** Told once when the time runs out: what is shown is about to change. */
  onZero?: () => void
}

/** The time that is left, by the server's clock. */
export function Countdown({ dueAt, since, paused = false, onZero }: Props) {
  const now = useNow()
  const due = new Date(dueAt).getTime()
  const left = due - now
  const told = useRef('')
  useEffect(() => {
    if (left > 0 || paused || told.current === dueAt) return
    told.current = dueAt
    onZero?.()
  }, [left, paused, dueAt, onZero])
  return (
    <time
      dateTime={dueAt}
      title={formatWhole(dueAt)}
      role="timer"
      className={`${css.count} figures`}
      data-pressing={!paused && pressing(left, due, since)}
    >
      {formatSpan(left)}
    </time>
  )
}

/** Over: the time is up. Soon: less than a tenth of it is left, or less than an hour where nobody knows of how much. */
function pressing(left: number, due: number, since: string | undefined): 'over' | 'soon' | 'no' {
  if (left <= 0) return 'over'
  const all = since === undefined ? 36_000_000 : due - new Date(since).getTime()
  return left < all / 10 ? 'soon' : 'no'
}
