import { type ReactNode, useState } from 'react'
import { formatMoment, formatWhole } from '@/shared/time'
import type { Tone } from '@/shared/words/tone'
import { useText } from './messages'
import css from './Timeline.module.css'

export interface Happening {
  id: string | number
  at: string
  /** Who did it, in words. */
  who: string
  what: ReactNode
  /** What was written, an amount, files. */
  detail?: ReactNode
  tone?: Tone
}

/** What happened, the newest first. A long history begins folded. */
export function Timeline({ items, most = 12 }: { items: readonly Happening[]; most?: number }) {
  const say = useText()
  const [all, setAll] = useState(false)
  const newest = [...items].reverse()
  const shown = all || items.length <= most + 2 ? newest : newest.slice(0, most)
  return (
    <>
      <ol className={css.line}>
        {shown.map((item, index) => (
          <li
            key={item.id}
            className={css.item}
            data-tone={item.tone ?? 'quiet'}
            data-newest={index === 0 || undefined}
          >
            <div className={css.head}>
              <span className={css.who}>{item.who}</span>
              <span className={css.what}>{item.what}</span>
              <time className={`${css.at} figures`} dateTime={item.at} title={formatWhole(item.at)}>
                {formatMoment(item.at)}
              </time>
            </div>
            {item.detail && <div className={css.detail}>{item.detail}</div>}
          </li>
        ))}
      </ol>
      {shown.length < items.length && (
        <button type="button" className={css.more} onClick={() => setAll(true)}>
          {say('timeline.all', { count: items.length })}
        </button>
      )}
    </>
  )
}
