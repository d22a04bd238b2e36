import type { ReactNode } from 'react'
import css from './ItemList.module.css'

/** Things with a few words and buttons each: addresses, rules, keys. In a box of their own, unless they stand in one. */
export function ItemList({ boxed = false, children }: { boxed?: boolean; children: ReactNode }) {
  return (
    <ul className={css.list} data-boxed={boxed || undefined}>
      {children}
    </ul>
  )
}

interface ItemProps {
  name: ReactNode
  /** What else is known of it, in lines. */
  children?: ReactNode
  tools?: ReactNode
  /** It counts no more. */
  off?: boolean
  /** Across the whole line, below: a question, what went wrong. */
  below?: ReactNode
}

export function Item({ name, children, tools, off = false, below }: ItemProps) {
  return (
    <li className={css.item} data-off={off || undefined}>
      <div className={css.words}>
        <div className={css.name}>{name}</div>
        {children && <div className={css.about}>{children}</div>}
      </div>
      {tools && <div className={css.tools}>{tools}</div>}
      {below}
    </li>
  )
}
