import { type ReactNode, useEffect, useId, useRef } from 'react'
import { useText } from '../messages'
import { Icon } from './Icon'

/**
 * A dialog that comes up from the foot of a phone, and stands in the middle of a wide screen. Escape and the ground close it, unless
 * there is no `onClose`: then only what is in it does.
 */
export function Sheet({
  title,
  lead,
  onClose,
  children,
  foot,
}: {
  title: string
  lead?: ReactNode
  onClose?: () => void
  children: ReactNode
  foot?: ReactNode
}) {
  const t = useText()
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  const pressed = useRef<EventTarget | null>(null)
  useEffect(() => {
    const shown = dialog.current
    if (!shown) return
    shown.showModal()
    document.documentElement.classList.add('still')
    return () => {
      shown.close()
      document.documentElement.classList.remove('still')
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      className="sheet"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose?.()
      }}
      onClose={(event) => {
        // Browsers close it at the second Escape whatever they were told at the first. Their word comes late: what was shown again since is open.
        if (event.target !== event.currentTarget || event.currentTarget.open) return
        if (onClose) onClose()
        else event.currentTarget.showModal()
      }}
      onPointerDown={(event) => {
        pressed.current = event.target
      }}
      onClick={(event) => {
        // Pressed and let go on the ground: somebody who selects text may end there, too.
        if (event.target === event.currentTarget && pressed.current === event.currentTarget) onClose?.()
      }}
    >
      <div className="sheet-in">
        <header className="sheet-head">
          <div>
            <h2 id={id} tabIndex={-1}>
              {title}
            </h2>
            {lead !== undefined && <p className="sheet-lead">{lead}</p>}
          </div>
          {onClose && (
            <button type="button" className="bar-button" aria-label={t('app.close')} onClick={onClose}>
              <Icon name="close" />
            </button>
          )}
        </header>
        <div className="sheet-body">{children}</div>
        {foot !== undefined && <footer className="sheet-foot">{foot}</footer>}
      </div>
    </dialog>
  )
}
