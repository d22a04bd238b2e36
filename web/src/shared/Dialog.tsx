import { type ReactNode, useEffect, useId, useRef } from 'react'
import css from './Dialog.module.css'

interface Props {
  title: ReactNode
  /** Called for Escape, the close button, and a click beside it. */
  onClose: () => void
  children: ReactNode
  /** Buttons, at the end. */
  footer?: ReactNode
  /** What stands above the title's line, for a palette, instead of a title. */
  bare?: boolean
  width?: number
  closeLabel: string
  /** A click beside it, or Escape, closes nothing: there is something to lose. */
  firm?: boolean
}

/** A dialog of the browser's own: above everything else, keeps the focus inside, gives it back when it closes. */
export function Dialog({
  title,
  onClose,
  children,
  footer,
  bare = false,
  width = 480,
  closeLabel,
  firm = false,
}: Props) {
  const ref = useRef<HTMLDialogElement>(null)
  const name = useId()

  useEffect(() => {
    const dialog = ref.current
    if (dialog && !dialog.open) dialog.showModal()
    return () => dialog?.close()
  }, [])

  return (
    <dialog
      ref={ref}
      className={bare ? `${css.dialog} ${css.bare}` : css.dialog}
      style={{ maxWidth: width }}
      aria-labelledby={name}
      onCancel={(event) => {
        event.preventDefault()
        if (!firm) onClose()
      }}
      onClick={(event) => {
        if (event.target === ref.current && !firm) onClose()
      }}
    >
      <div className={css.inside}>
        <header className={bare ? 'unseen' : css.head}>
          <h2 id={name}>{title}</h2>
          {!bare && (
            <button type="button" className={css.close} onClick={onClose} aria-label={closeLabel}>
              <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
                <path d="m4 4 8 8m0-8-8 8" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
              </svg>
            </button>
          )}
        </header>
        <div className={bare ? undefined : css.body}>{children}</div>
        {footer && <footer className={css.foot}>{footer}</footer>}
      </div>
    </dialog>
  )
}
