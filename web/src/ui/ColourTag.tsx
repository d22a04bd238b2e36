import type { ReactNode } from 'react'
import css from './ColourTag.module.css'

/** A tag that people put on things, in the colour that they gave it; the words carry the meaning. */
export function ColourTag({ colour, children }: { colour: string; children: ReactNode }) {
  return (
    <span className={css.tag} data-colour={colour}>
      {children}
    </span>
  )
}
