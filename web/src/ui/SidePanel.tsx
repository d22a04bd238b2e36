import { type ReactNode, useEffect, useRef } from 'react'
import { useKey } from '@/app/keys'
import { useText } from './messages'
import css from './SidePanel.module.css'

interface Props {
  title: ReactNode
  /** For those who listen. */
  label: string
  onClose: () => void
  /** At the right of the title: a link to the whole page, say. */
  actions?: ReactNode
  children: ReactNode
}

/** A case beside the list that it was chosen from. The list stays in use; on a phone the panel is the whole screen. */
export function SidePanel({ title, label, onClose, actions, children }: Props) {
  const say = useText()
  const body = useRef<HTMLDivElement>(null)
  useKey('Escape', say('close'), onClose)
  useEffect(() => {
    body.current?.scrollTo(0, 0)
  }, [label])
  return (
    <aside className={css.panel} aria-label={label}>
      <header className={css.head}>
        <button type="button" className={css.close} onClick={onClose} aria-label={say('close')}>
          <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path d="m4 4 8 8m0-8-8 8" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
          </svg>
        </button>
        <h2 className={css.title}>{title}</h2>
        {actions}
      </header>
      <div ref={body} className={css.body}>
        {children}
      </div>
    </aside>
  )
}
