import type { ReactNode } from 'react'
import type { Tone } from '@/shared/words/tone'
import css from './StatusTag.module.css'

/** A state in words, with its tone as a dot; the words carry the meaning, the colour only helps. */
export function StatusTag({ tone, children, plain = false }: { tone: Tone; children: ReactNode; plain?: boolean }) {
  return (
    <span className={plain ? `${css.tag} ${css.plain}` : css.tag} data-tone={tone}>
      <span className={css.dot} aria-hidden="true" />
      {children}
    </span>
  )
}
