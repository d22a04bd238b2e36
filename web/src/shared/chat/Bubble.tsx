import { memo, type ReactNode, useState } from 'react'
import { Dialog } from '@/shared/Dialog'
import { formatMoment, formatWhole } from '@/shared/time'
import css from './Bubble.module.css'
import { Glyph } from './Glyph'
import type { Message } from './log'
import { useText } from './messages'
import type { Content, Outgoing } from './outbox'
import { useParts } from './parts'
import { clickOf, itemClickOf, type Row } from './rows'

export interface BubbleProps {
  row: Row
  /** Its quick replies can be chosen. */
  open: boolean
  /** It is the last that the others have read, or that is sent: the state stands under it. */
  state: 'sent' | 'read' | null
  changeable: boolean
  onSay: (content: Content) => void
  onRetry: (clientID: string) => void
  onDrop: (clientID: string) => void
  /** Sends now what is held back, or gives its words back to who wrote it. */
  onRelease: (clientID: string) => void
  onTakeBack: ((clientID: string) => void) | undefined
  onEdit: (message: Message) => void
  onRecall: (message: Message) => void
}

/** One message: who said it, what, and how far it has got. */
export const Bubble = memo(function Bubble(props: BubbleProps) {
  const say = useText()
  const { row } = props
  return (
    <div className={css.row} data-first={row.first || undefined}>
      {row.newDay && <Day at={row.at} />}
      {row.unread && (
        <p className={css.unread}>
          <span>{say('unread')}</span>
        </p>
      )}
      {row.outgoing ? <Going {...props} one={row.outgoing} /> : row.message && <Said {...props} one={row.message} />}
    </div>
  )
})

function Day({ at }: { at: number }) {
  const say = useText()
  const date = new Date(at)
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000)
  const words =
    days === 0
      ? say('today')
      : days === 1
        ? say('yesterday')
        : date.toLocaleDateString(document.documentElement.lang, {
            ...(days > 300 ? { year: 'numeric' } : {}),
            month: 'long',
            day: 'numeric',
            weekday: 'short',
          })
  return (
    <p className={css.day}>
      <time dateTime={date.toISOString()}>{words}</time>
    </p>
  )
}

function Said(props: BubbleProps & { one: Message }) {
  const { one, row } = props
  const say = useText()
  const { name, event, below } = useParts()
  const mine = one.from.mine === true
  const who = mine ? say('you') : (name?.(one.from.role, one.from.id) ?? say(`who.${one.from.role}`))
  if (one.recalled_at) return <p className={css.system}>{mine ? say('recalledMine') : say('recalled', { who })}</p>
  if (one.kind === 'system') return <div className={css.system}>{event(one)}</div>
  return (
    <div className={css.said} data-mine={mine || undefined} data-role={one.from.role}>
      {!mine && (
        <span className={css.face} data-role={one.from.role} aria-hidden="true">
          {row.last && <Glyph name={faceOf(one.from.role)} />}
        </span>
      )}
      <div className={css.body}>
        {row.first && (
          <p className={mine ? 'unseen' : css.who}>
            {who} <span className="unseen">{formatMoment(one.sent_at)}</span>
          </p>
        )}
        <div className={css.line}>
          <div className={css.bubble} data-kind={one.kind} data-last={row.last || undefined}>
            {one.erased ? <em className={css.quiet}>{say('erased')}</em> : <Inside one={one} />}
          </div>
          {mine && props.changeable && <More {...props} />}
        </div>
        <Choices {...props} />
        {one.reactions.length > 0 && (
          <ul className={css.signs}>
            {one.reactions.map((sign, n) => (
              <li key={n}>{say(`reactions.${sign.code as 'heart'}`)}</li>
            ))}
          </ul>
        )}
        {below?.(one)}
        {(row.last || one.edited_at !== undefined) && (
          <p className={css.meta}>
            {one.edited_at && <span>{say('edited')} · </span>}
            <time dateTime={one.sent_at} title={formatWhole(one.sent_at)} className="figures">
              {clock(one.sent_at)}
            </time>
            {props.state && (
              <span className={css.state} data-read={props.state === 'read' || undefined}>
                {' '}
                · {say(`state.${props.state}`)}
              </span>
            )}
          </p>
        )}
      </div>
    </div>
  )
}

const faceOf = (role: string) => (role === 'bot' ? 'bot' : role === 'merchant' ? 'store' : 'person')

const clock = (at: string) => {
  const date = new Date(at)
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`
}

/** What can still be done with a message of one's own. */
function More({ one, onEdit, onRecall }: BubbleProps & { one: Message }) {
  const say = useText()
  const [open, setOpen] = useState(false)
  return (
    <div className={css.more}>
      <button
        type="button"
        className={css.moreButton}
        aria-expanded={open}
        aria-label={say('more', { text: (one.content.text ?? '').slice(0, 20) })}
        onClick={() => setOpen(!open)}
      >
        <Glyph name="more" />
      </button>
      {open && (
        <div className={css.moreList}>
          {(one.kind === 'text' || one.kind === 'link') && (
            <button
              type="button"
              onClick={() => {
                setOpen(false)
                onEdit(one)
              }}
            >
              {say('edit')}
            </button>
          )}
          <button
            type="button"
            onClick={() => {
              setOpen(false)
              onRecall(one)
            }}
          >
            {say('recall')}
          </button>
        </div>
      )}
    </div>
  )
}

function Inside({ one }: { one: Message }) {
  const say = useText()
  const { card } = useParts()
  const { content, kind } = one
  const words = content.text ? <p className={css.words}>{content.text}</p> : null
  switch (kind) {
    case 'picture':
      return (
        <>
          <Picture id={content.file_id ?? ''} />
          {words}
        </>
      )
    case 'file':
      return (
        <>
          <a className={css.file} href={`/v1/evidence/${content.file_id}/content`} target="_blank" rel="noreferrer">
            <Glyph name="file" />
            <span>{say('openFile')}</span>
          </a>
          {words}
        </>
      )
    case 'link': {
      const url = content.url ?? ''
      return (
        <>
          {words}
          <a className={css.file} href={url} target="_blank" rel="noreferrer noopener nofollow">
            <Glyph name="link" />
            <span>{say('link', { host: hostOf(url) })}</span>
          </a>
        </>
      )
    }
    case 'order':
    case 'product':
    case 'case':
      return (
        <>
          {card(kind, content.ref ?? '')}
          {words}
        </>
      )
    default:
      return words
  }
}

function hostOf(url: string): string {
  try {
    return new URL(url).host
  } catch {
    return url
  }
}

/** A picture that was sent. The session's cookie lets it be read. */
function Picture({ id }: { id: string }) {
  const say = useText()
  const [large, setLarge] = useState(false)
  const [failed, setFailed] = useState(false)
  if (failed) return <p className={css.quiet}>{say('unavailable')}</p>
  return (
    <>
      <button type="button" className={css.picture} aria-label={say('openPicture')} onClick={() => setLarge(true)}>
        <img src={`/v1/evidence/${id}/thumbnail`} alt="" decoding="async" onError={() => setFailed(true)} />
      </button>
      {large && (
        <Dialog title={say('picture')} onClose={() => setLarge(false)} closeLabel={say('close')} width={1200}>
          <img className={css.large} src={`/v1/evidence/${id}/content`} alt={say('picture')} />
        </Dialog>
      )}
    </>
  )
}

/** The quick replies of a question, and the goods to choose from. */
function Choices({ one, open, onSay }: BubbleProps & { one: Message }) {
  const say = useText()
  const { goods } = useParts()
  const items = one.content.items ?? []
  const choices = (one.content.choices ?? []).filter(({ value }) => !items.some((item) => item.line_id === value))
  if (!open || (choices.length === 0 && items.length === 0)) return null
  return (
    <div className={css.choices} role="group" aria-label={say('choose')}>
      {items.map((item) => (
        <button
          key={`${item.order_id} ${item.line_id}`}
          type="button"
          className={css.item}
          onClick={() => onSay(itemClickOf(one, item))}
        >
          {goods?.(item.order_id, item.line_id)}
          <span>
            <b>{item.title}</b>
            <small>
              {[item.variant, `× ${item.quantity}`, item.paid && say('paid', { amount: item.paid })]
                .filter(Boolean)
                .join(' · ')}
            </small>
          </span>
        </button>
      ))}
      {choices.map((choice) => (
        <button
          key={`${choice.slot} ${choice.value}`}
          type="button"
          className={css.choice}
          onClick={() => onSay(clickOf(one, choice))}
        >
          {choice.label ?? choice.value}
        </button>
      ))}
    </div>
  )
}

/** A message on its way. */
function Going({ one, row, onRetry, onDrop, onRelease, onTakeBack }: BubbleProps & { one: Outgoing }) {
  const say = useText()
  const { card } = useParts()
  const { content } = one
  const percent = Math.round((one.progress ?? 0) * 100)
  let inside: ReactNode = content.text ? <p className={css.words}>{content.text}</p> : null
  if (one.preview || one.file || content.kind === 'picture' || content.kind === 'file')
    inside = (
      <>
        <span className={css.picture}>
          {one.preview ? <img src={one.preview} alt={say('picture')} /> : <Glyph name="file" />}
          {one.file && one.state !== 'failed' && (
            <progress max={100} value={percent} aria-label={say('progress', { percent })} />
          )}
        </span>
        {inside}
      </>
    )
  else if ((content.kind === 'order' || content.kind === 'product' || content.kind === 'case') && content.ref)
    inside = card(content.kind, content.ref)
  return (
    <div className={css.said} data-mine data-going={one.state}>
      <div className={css.body}>
        <div className={css.line}>
          <div className={css.bubble} data-kind={content.kind} data-last={row.last || undefined}>
            {inside}
          </div>
        </div>
        <p className={css.meta} role={one.state === 'failed' ? 'alert' : undefined}>
          {one.state === 'failed' ? (
            <>
              <span className={css.failed}>
                {say('state.failed')}
                {one.error instanceof Error && one.error.message ? ` · ${one.error.message}` : ''}
              </span>
              <button type="button" onClick={() => onRetry(one.clientID)}>
                {say('retry')}
              </button>
              <button type="button" onClick={() => onDrop(one.clientID)}>
                {say('drop')}
              </button>
            </>
          ) : one.state === 'held' ? (
            <>
              <span>{say('state.held')}</span>
              <button type="button" onClick={() => onTakeBack?.(one.clientID)}>
                {say('takeBack')}
              </button>
              <button type="button" onClick={() => onRelease(one.clientID)}>
                {say('sendNow')}
              </button>
            </>
          ) : (
            <span data-late={one.state === 'late' || undefined}>{say(`state.${one.state}`)}</span>
          )}
        </p>
      </div>
    </div>
  )
}
