import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { Schemas } from '@/shared/api'
import { formatMoment } from '@/shared/time'
import { Icon } from '../ui'
import { useText } from './messages'

export type Piece = Schemas['Evidence']

/** What was put forward, as small pictures that open large. */
export function EvidenceGrid({ pieces, label }: { pieces: readonly Piece[]; label: string }) {
  const t = useText()
  const [open, setOpen] = useState<number | null>(null)
  if (pieces.length === 0) return null
  return (
    <>
      <ul className="pieces" aria-label={label}>
        {pieces.map((piece, n) => (
          <li key={piece.id}>
            <button
              type="button"
              className={piece.state === 'rejected' ? 'piece rejected' : 'piece'}
              aria-label={t('evidence.open', { n: n + 1 })}
              onClick={() => setOpen(n)}
            >
              {piece.thumbnail ? (
                <img src={`/v1/evidence/${piece.id}/thumbnail`} alt="" loading="lazy" />
              ) : (
                <span className="piece-kind">
                  <Icon
                    name={piece.kind === 'video' ? 'play' : piece.kind === 'document' ? 'file' : 'album'}
                    size={26}
                  />
                  {t(`evidence.${piece.kind}`)}
                </span>
              )}
              {piece.state === 'rejected' && <span className="piece-tag">{t('evidence.rejected')}</span>}
            </button>
          </li>
        ))}
      </ul>
      {open !== null && <Lightbox pieces={pieces} at={open} onMove={setOpen} onClose={() => setOpen(null)} />}
    </>
  )
}

/** One piece as large as the screen; arrows, swipes and Escape do what one expects. */
function Lightbox({
  pieces,
  at,
  onMove,
  onClose,
}: {
  pieces: readonly Piece[]
  at: number
  onMove: (n: number) => void
  onClose: () => void
}) {
  const t = useText()
  const dialog = useRef<HTMLDialogElement>(null)
  const start = useRef(0)
  useEffect(() => {
    const shown = dialog.current
    shown?.showModal()
    return () => shown?.close()
  }, [])
  const piece = pieces[at]
  if (!piece) return null
  const move = (by: number) => {
    const next = at + by
    if (next >= 0 && next < pieces.length) onMove(next)
  }
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft') move(-1)
    if (event.key === 'ArrowRight') move(1)
  }
  const source = `/v1/evidence/${piece.id}/content`
  const name = t('evidence.nth', { n: at + 1, count: pieces.length })
  return (
    <dialog
      ref={dialog}
      className="lightbox"
      aria-label={name}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onKeyDown={keys}
      onPointerDown={(event) => (start.current = event.clientX)}
      onPointerUp={(event) => {
        const moved = event.clientX - start.current
        if (Math.abs(moved) > 60) move(moved > 0 ? -1 : 1)
      }}
    >
      <header>
        <p className="figures">
          {name}
          <small>{t('evidence.at', { time: formatMoment(piece.uploaded_at) })}</small>
        </p>
        <button type="button" aria-label={t('evidence.close')} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div className="lightbox-in">
        {piece.kind === 'video' ? (
          <video key={piece.id} src={source} controls playsInline />
        ) : piece.kind === 'document' ? (
          <a className="button" href={source} download>
            <Icon name="file" size={20} />
            <span>{t('evidence.save')}</span>
          </a>
        ) : (
          <img key={piece.id} src={source} alt={name} draggable={false} />
        )}
      </div>
      {at > 0 && (
        <button
          type="button"
          className="lightbox-move before"
          aria-label={t('evidence.before')}
          onClick={() => move(-1)}
        >
          <Icon name="back" />
        </button>
      )}
      {at < pieces.length - 1 && (
        <button type="button" className="lightbox-move after" aria-label={t('evidence.after')} onClick={() => move(1)}>
          <Icon name="next" />
        </button>
      )}
    </dialog>
  )
}

/** The pieces of some IDs, in their order; those that the reader may not see are left out by the server. */
export const piecesOf = (all: readonly Piece[] | undefined, ids: readonly string[]): readonly Piece[] =>
  ids.flatMap((id) => all?.find((piece) => piece.id === id) ?? [])
