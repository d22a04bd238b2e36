import type { ReactNode } from 'react'
import css from './Facts.module.css'

export type FactLine = readonly [label: ReactNode, value: ReactNode]

/** What is known of one thing, a line each. Lines without a value are left out. */
export function Facts({ lines }: { lines: readonly FactLine[] }) {
  return (
    <dl className={css.facts}>
      {lines.map(([label, value], index) =>
        value === undefined || value === null || value === '' || value === false ? null : (
          <div key={index}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  )
}
