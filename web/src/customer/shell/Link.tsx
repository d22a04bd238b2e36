import type { ComponentProps, MouseEvent } from 'react'
import { go } from './router'

/** A link within the app: goes there without loading the page anew, unless a new tab or window is asked for. */
export function Link({
  to,
  replace = false,
  onClick,
  ...rest
}: { to: string; replace?: boolean } & Omit<ComponentProps<'a'>, 'href'>) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return
    event.preventDefault()
    go(to, { replace })
  }
  return <a href={to} onClick={follow} {...rest} />
}
