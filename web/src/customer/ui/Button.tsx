import type { ComponentProps } from 'react'
import { Link } from '../shell/Link'
import { Icon, type IconName } from './Icon'

type Kind = 'primary' | 'plain' | 'quiet' | 'danger'

const classes = (kind: Kind, wide: boolean, busy: boolean, more = '') =>
  ['button', kind, wide ? 'wide' : '', busy ? 'busy' : '', more].filter(Boolean).join(' ')

/** A button. While it is busy it keeps its size and its focus, and takes no second click. */
export function Button({
  kind = 'plain',
  wide = false,
  busy = false,
  icon,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: ComponentProps<'button'> & { kind?: Kind; wide?: boolean; busy?: boolean; icon?: IconName }) {
  return (
    <button
      type={type}
      className={classes(kind, wide, busy, className)}
      aria-disabled={busy || undefined}
      onClick={(event) => (busy ? event.preventDefault() : onClick?.(event))}
      {...rest}
    >
      {icon && <Icon name={icon} size={20} />}
      <span>{children}</span>
    </button>
  )
}

/** A link that looks like a button. */
export function LinkButton({
  kind = 'plain',
  wide = false,
  icon,
  className,
  children,
  ...rest
}: ComponentProps<typeof Link> & { kind?: Kind; wide?: boolean; icon?: IconName }) {
  return (
    <Link className={classes(kind, wide, false, className)} {...rest}>
      {icon && <Icon name={icon} size={20} />}
      <span>{children}</span>
    </Link>
  )
}
