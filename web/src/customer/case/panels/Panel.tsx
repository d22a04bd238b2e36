import { type ReactNode, useId } from 'react'
import type { Chosen } from '../forms/ActionForm'
import type { Entry } from '@/shared/case/timeline'
import type { Piece } from '../Evidence'
import type { Case } from '../queries'

/** What every panel of a case is given. */
export interface PanelProps {
  one: Case
  entries: readonly Entry[]
  pieces: readonly Piece[] | undefined
  /** Opens the form of something that can be done. */
  onAct: (chosen: Chosen) => void
}

/** A card with its title above. One that waits for the reader has a mark at its side. */
export function Panel({
  title,
  tone,
  aside,
  children,
}: {
  title: ReactNode
  tone?: 'act' | 'good' | 'bad' | 'review' | undefined
  aside?: ReactNode
  children: ReactNode
}) {
  const id = useId()
  return (
    <section className={tone ? `panel card padded ${tone}` : 'panel card padded'} aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  )
}

/** What somebody wrote. */
export const Quoted = ({ words }: { words: string | undefined }) => (words ? <blockquote>{words}</blockquote> : null)

/** A name and what it is, line by line. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="said">{children}</dl>
}

export function Fact({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}
