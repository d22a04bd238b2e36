import { type ReactNode, useCallback, useId, useLayoutEffect, useRef, useState } from 'react'
import css from './Popover.module.css'

interface Props {
  /** What opens it: its content, and its name for those who listen. */
  button: ReactNode
  label: string
  className?: string | undefined
  /** On which side of the button it ends. */
  align?: 'start' | 'end'
  side?: 'below' | 'above' | 'beside'
  width?: number
  children: (close: () => void) => ReactNode
  open?: boolean
  onOpen?: (open: boolean) => void
}

/** A panel of the browser's own that opens at a button and closes with Escape or a click beside it. */
export function Popover({
  button,
  label,
  className,
  align = 'start',
  side = 'below',
  width = 240,
  children,
  open: wanted,
  onOpen,
}: Props) {
  const id = useId()
  const [panel, setPanel] = useState<HTMLDivElement | null>(null)
  const opener = useRef<HTMLButtonElement>(null)
  const [open, setOpen] = useState(false)
  const close = useCallback(() => panel?.hidePopover(), [panel])

  useLayoutEffect(() => {
    const [box, at] = [panel, opener.current?.getBoundingClientRect()]
    if (!open || !box || !at) return
    const { innerWidth, innerHeight } = window
    const wide = Math.min(width, innerWidth - 16)
    const x = side === 'beside' ? at.right + 8 : align === 'start' ? at.left : at.right - wide
    box.style.width = `${wide}px`
    box.style.left = `${Math.max(8, Math.min(x, innerWidth - wide - 8))}px`
    if (side === 'below')
      Object.assign(box.style, {
        top: `${at.bottom + 10}px`,
        bottom: 'auto',
        maxHeight: `${innerHeight - at.bottom - 18}px`,
      })
    else if (side === 'above')
      Object.assign(box.style, { top: 'auto', bottom: `${innerHeight - at.top + 10}px`, maxHeight: `${at.top - 18}px` })
    else
      Object.assign(box.style, {
        top: 'auto',
        bottom: `${innerHeight - at.bottom}px`,
        maxHeight: `${at.bottom - 18}px`,
      })
  }, [open, align, side, width, panel])

  useLayoutEffect(() => {
    if (wanted !== undefined) panel?.togglePopover(wanted)
  }, [wanted, panel])

  return (
    <>
      <button
        ref={opener}
        type="button"
        className={className}
        aria-label={label}
        aria-expanded={open}
        aria-haspopup="dialog"
        popoverTarget={id}
        title={label}
      >
        {button}
      </button>
      <div
        ref={setPanel}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={label}
        className={css.panel}
        onToggle={(event) => {
          const now = event.newState === 'open'
          setOpen(now)
          onOpen?.(now)
        }}
      >
        {open && children(close)}
      </div>
    </>
  )
}
