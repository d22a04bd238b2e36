import { type KeyboardEvent, useState } from 'react'
import type { Schemas } from '@/shared/api'
import { Dialog } from '@/shared/Dialog'
import { formatMoment } from '@/shared/time'
import { useWords } from '@/shared/words'
import css from './EvidenceGrid.module.css'
import { useText } from './messages'

type Evidence = Schemas['Evidence']

const content = (one: Evidence) => `/v1/evidence/${one.id}/content`
const thumbnail = (one: Evidence) => `/v1/evidence/${one.id}/thumbnail`

/** Pieces of evidence as small pictures, each of which opens at its full size. The session's cookie lets them be read. */
export function EvidenceGrid({ items, size = 'm' }: { items: readonly Evidence[]; size?: 's' | 'm' }) {
  const say = useText()
  const [open, setOpen] = useState<number | null>(null)
  if (items.length === 0) return <p className={css.none}>{say('evidence.none')}</p>
  return (
    <>
      <ul className={css.grid} data-size={size}>
        {items.map((one, index) => (
          <li key={one.id}>
            <button
              type="button"
              className={css.tile}
              data-rejected={one.state === 'rejected' || undefined}
              aria-label={say('evidence.open', { kind: say(`evidence.${one.kind}`), n: index + 1, all: items.length })}
              onClick={() => setOpen(index)}
            >
              {one.thumbnail ? (
                <Thumbnail one={one} />
              ) : (
                <span className={css.kind}>{say(`evidence.${one.kind}`)}</span>
              )}
              {one.state === 'rejected' && <span className={css.rejected}>{say('evidence.rejected')}</span>}
            </button>
          </li>
        ))}
      </ul>
      {open !== null && <Lightbox items={items} at={open} onMove={setOpen} onClose={() => setOpen(null)} />}
    </>
  )
}

function Thumbnail({ one }: { one: Evidence }) {
  const say = useText()
  const [failed, setFailed] = useState(false)
  if (failed) return <span className={css.kind}>{say(`evidence.${one.kind}`)}</span>
  return <img src={thumbnail(one)} alt="" loading="lazy" decoding="async" onError={() => setFailed(true)} />
}

interface LightboxProps {
  items: readonly Evidence[]
  at: number
  onMove: (at: number) => void
  onClose: () => void
}

function Lightbox({ items, at, onMove, onClose }: LightboxProps) {
  const say = useText()
  const word = useWords()
  const one = items[at]
  const [failed, setFailed] = useState<string | null>(null)
  if (!one) return null
  const move = (by: number) => onMove((at + by + items.length) % items.length)
  const onKey = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (by === undefined || items.length < 2 || event.target instanceof HTMLVideoElement) return
    event.preventDefault()
    move(by)
  }
  return (
    <Dialog
      title={say('evidence.by', { who: word('role', one.by), at: formatMoment(one.uploaded_at) })}
      onClose={onClose}
      closeLabel={say('close')}
      width={1200}
    >
      <div className={css.box} onKeyDown={onKey}>
        <div className={css.stage}>
          {failed === one.id ? (
            <p className={css.none}>{say('evidence.unavailable')}</p>
          ) : one.kind === 'video' ? (
            <video key={one.id} src={content(one)} controls playsInline onError={() => setFailed(one.id)} />
          ) : one.kind === 'picture' ? (
            <img key={one.id} src={content(one)} alt={say('evidence.picture')} onError={() => setFailed(one.id)} />
          ) : (
            <a href={content(one)} download className={css.file}>
              {say('evidence.download')}
            </a>
          )}
        </div>
        {items.length > 1 && (
          <div className={css.steps}>
            <button type="button" onClick={() => move(-1)}>
              ← {say('evidence.previous')}
            </button>
            <span className="figures">{say('evidence.of', { n: at + 1, all: items.length })}</span>
            <button type="button" autoFocus onClick={() => move(1)}>
              {say('evidence.next')} →
            </button>
          </div>
        )}
      </div>
    </Dialog>
  )
}
