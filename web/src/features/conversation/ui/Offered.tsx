import { useId } from 'react'
import css from './sorting.module.css'

export interface Offer {
  id: string
  title: string
  hint?: string
}

/** What can be put in where one writes: the arrows choose, Enter takes. */
export function Offered({
  label,
  items,
  at,
  onPick,
}: {
  label: string
  items: readonly Offer[]
  at: number
  onPick: (one: Offer) => void
}) {
  const id = useId()
  return (
    <ul className={css.offers} role="listbox" aria-label={label} id={id}>
      {items.map((one, n) => (
        <li
          key={one.id}
          role="option"
          aria-selected={n === at}
          onPointerDown={(event) => {
            event.preventDefault() // the cursor stays where one writes
            onPick(one)
          }}
        >
          <b>{one.title}</b>
          <span>{one.hint}</span>
        </li>
      ))}
    </ul>
  )
}
