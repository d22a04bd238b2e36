import type { ReactNode } from 'react'
import css from './Page.module.css'

interface Props {
  title: ReactNode
  /** Beside the title: what it is about, a count. */
  about?: ReactNode
  actions?: ReactNode
  /** Filters and tabs, in view while the page scrolls. */
  bar?: ReactNode
  /** For text and forms, which are not read well at full width. */
  narrow?: boolean
  children: ReactNode
}

/** A page of the staff's screens: its title, what can be done, and the content. */
export function Page({ title, about, actions, bar, narrow = false, children }: Props) {
  return (
    <div className={narrow ? `${css.page} ${css.narrow}` : css.page}>
      <header className={css.head}>
        <h1 className={css.title}>{title}</h1>
        {about && <span className={css.about}>{about}</span>}
        {actions && <div className={css.actions}>{actions}</div>}
      </header>
      {bar && (
        <div ref={keepBelow} className={css.bar}>
          {bar}
        </div>
      )}
      {children}
    </div>
  )
}

/** Tells what sticks below a bar how high the bar is, however its content wraps. */
function keepBelow(bar: HTMLDivElement | null): (() => void) | undefined {
  const page = bar?.parentElement
  if (!bar || !page) return undefined
  const watch = new ResizeObserver(() => page.style.setProperty('--table-top', `${52 + bar.offsetHeight}px`))
  watch.observe(bar)
  return () => watch.disconnect()
}

/** A part of a page: its heading, a line about it, and what is in it. */
export function Section({
  title,
  text,
  actions,
  children,
}: {
  title: ReactNode
  text?: ReactNode
  actions?: ReactNode
  children: ReactNode
}) {
  return (
    <section className={css.section}>
      <header className={css.sectionHead}>
        <div>
          <h2>{title}</h2>
          {text && <p>{text}</p>}
        </div>
        {actions && <div className={css.actions}>{actions}</div>}
      </header>
      {children}
    </section>
  )
}
