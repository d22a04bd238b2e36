import { type ReactNode, useEffect, useRef } from 'react'
import { useText } from '../messages'
import { Icon } from '../ui/Icon'
import { back, movesSoFar, scrollOf, usePlace } from './router'

/**
 * The frame of one screen: its title, the way back, what is on it, and the bar with what to do at its foot. Whoever comes here
 * finds the page where they left it, and the focus on the title, so that it is read out.
 */
export function Screen({
  title,
  heading,
  backTo,
  onBack,
  aside,
  foot,
  above,
  busy = false,
  whole = false,
  children,
}: {
  /** What the tab of the browser and the bar at the top say. */
  title: string
  /** The title as it stands on the page, where that is more than the words. */
  heading?: ReactNode
  /** Where back leads when one did not come from within; without it there is no way back, as on a tab's first screen. */
  backTo?: string
  onBack?: () => void
  aside?: ReactNode
  foot?: ReactNode
  /** Stands between the bar and the content, as wide as the screen. */
  above?: ReactNode
  busy?: boolean
  /** As high as the window: what is in it scrolls by itself. */
  whole?: boolean
  children: ReactNode
}) {
  const t = useText()
  const { key } = usePlace()
  const head = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`
  }, [title, t])
  useEffect(() => {
    if (movesSoFar() === 0) return
    const question = document.querySelector<HTMLElement>('main [data-arrive]') // of a step: it says more than the title
    ;(question ?? head.current)?.focus({ preventScroll: true })
    scrollTo({ top: scrollOf(key), behavior: 'instant' })
  }, [key])
  const root = backTo === undefined
  return (
    <div className={['screen', root ? '' : 'inner', whole ? 'whole' : ''].filter(Boolean).join(' ')}>
      <header className="bar">
        <div className="bar-in">
          {!root && (
            <button
              type="button"
              className="bar-button"
              aria-label={t('app.back')}
              onClick={onBack ?? (() => back(backTo))}
            >
              <Icon name="back" />
            </button>
          )}
          <h1 ref={head} tabIndex={-1}>
            {heading ?? title}
          </h1>
          <div className="bar-aside">{aside}</div>
        </div>
        {above}
      </header>
      <main id="main" aria-busy={busy}>
        {children}
      </main>
      {foot !== undefined && <div className="foot">{<div className="foot-in">{foot}</div>}</div>}
    </div>
  )
}
