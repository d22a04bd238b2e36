import { type ReactNode, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { VList, type VListHandle } from 'virtua'
import { serverNow } from '@/shared/time'
import { Bubble } from './Bubble'
import { Glyph } from './Glyph'
import type { Message } from './log'
import { ownRead, readByOthers } from './marks'
import css from './MessageList.module.css'
import { useText } from './messages'
import { useParts } from './parts'
import { changeable, openAsk, type Row, rowsOf } from './rows'
import type { Talk, TalkState } from './talk'

/** A list that moves so soon after the hand did was moved by it. */
const byHand = 1_000

/** So near to the end one is at the end, and follows what comes. */
const near = 60

interface Props {
  talk: Talk
  state: TalkState
  /** Stands before the first message. */
  beginning?: ReactNode
  onEdit: (message: Message) => void
  /** What went wrong with taking a message back. */
  onTrouble: (error: unknown) => void
  /** Gives back the words of a message that was held back and is not to go. */
  onTakeBack?: (clientID: string) => void
  /** One may answer here. */
  canWrite: boolean
}

/**
 * The messages of a conversation. Only those in sight are in the page, however many there are. Going up keeps its place, and what comes
 * is followed only by who is at the end.
 */
export function MessageList({ talk, state, beginning, onEdit, onTrouble, onTakeBack, canWrite }: Props) {
  const say = useText()
  const { log, box, marks } = state
  const list = useRef<VListHandle>(null)
  const atEnd = useRef(true)
  const lastOffset = useRef(0)
  const moved = useRef(-Infinity)
  const [away, setAway] = useState(false)
  const [seenAtFirst] = useState(() => ownRead(marks))
  const rows = useMemo(() => rowsOf(log, box, seenAtFirst), [log, box, seenAtFirst])
  const { answers } = useParts()
  const ask = canWrite && answers ? openAsk(log, box) : undefined
  const soon = useChangeable(log.messages)
  const lastOwn = log.messages.findLast((one) => one.from.mine && !one.recalled_at && one.kind !== 'system')?.seq
  const read = readByOthers(marks)
  const lastRead = log.messages.findLast((one) => one.from.mine && !one.recalled_at && one.seq <= read)?.seq

  // What joins at the top is measured from the end, so that nothing moves under the eye.
  const firstSeq = log.messages[0]?.seq
  const [before, setBefore] = useState({ firstSeq, shift: false, rows })
  if (before.rows !== rows)
    setBefore({ firstSeq, rows, shift: before.firstSeq !== undefined && (firstSeq ?? 0) < before.firstSeq })

  const toEnd = useCallback(() => {
    const count = rows.length
    if (count > 0) list.current?.scrollToIndex(count + 1, { align: 'end' }) // the line of who types is the last
  }, [rows.length])

  const lastKey = rows.at(-1)?.key
  const mineIsLast = rows.at(-1)?.outgoing !== undefined
  useLayoutEffect(() => {
    if (mineIsLast) atEnd.current = true
    if (!atEnd.current) return
    toEnd()
    const frame = requestAnimationFrame(toEnd) // once more, when it was measured
    return () => cancelAnimationFrame(frame)
  }, [lastKey, mineIsLast, toEnd, state.typing.length])

  const lastSeq = log.messages.at(-1)?.seq
  useEffect(() => {
    const look = () => {
      if (atEnd.current && !document.hidden && lastSeq !== undefined) talk.seen(lastSeq)
    }
    look()
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [talk, lastSeq, away])

  const onHand = () => {
    moved.current = performance.now()
  }
  const onScroll = (offset: number) => {
    const handle = list.current
    if (!handle) return
    // Only who goes up leaves the end: what grows below, or a smaller window, takes nobody away from it.
    const end = handle.scrollSize - handle.viewportSize - offset < near
    if (end) atEnd.current = true
    else if (offset < lastOffset.current - 2 && performance.now() - moved.current < byHand) atEnd.current = false
    lastOffset.current = offset
    setAway(!atEnd.current)
    if (offset < 400) void talk.loadOlder()
  }
  const onResize = () => {
    if (atEnd.current) toEnd()
    const handle = list.current
    if (handle && handle.scrollSize <= handle.viewportSize) void talk.loadOlder() // there is room for more
  }

  const onSay = useCallback((content: Parameters<Talk['say']>[0]) => void talk.say(content), [talk])
  const onRecall = useCallback((one: Message) => void talk.recall(one.seq).catch(onTrouble), [talk, onTrouble])
  const shown: (Row | 'top' | 'typing')[] = useMemo(() => ['top', ...rows, 'typing'], [rows])
  return (
    <div className={css.frame}>
      <VList
        ref={list}
        className={css.list}
        shift={before.shift}
        data={shown}
        onScroll={onScroll}
        onWheel={onHand}
        onTouchMove={onHand}
        onPointerDown={onHand}
        onKeyDown={onHand}
        onResize={onResize}
        role="log"
        aria-label={say('label')}
        aria-live="polite"
        tabIndex={0}
      >
        {(row) =>
          row === 'top' ? (
            <Top key="top" state={state} talk={talk} beginning={beginning} />
          ) : row === 'typing' ? (
            <Typing key="typing" who={state.typing} />
          ) : (
            <Bubble
              key={row.key}
              row={row}
              open={row.message !== undefined && row.message.seq === ask}
              state={
                row.message === undefined
                  ? null
                  : row.message.seq === lastRead
                    ? 'read'
                    : row.message.seq === lastOwn
                      ? 'sent'
                      : null
              }
              changeable={canWrite && row.message !== undefined && soon.has(row.message.seq)}
              onSay={onSay}
              onRetry={talk.retry}
              onDrop={talk.drop}
              onRelease={talk.release}
              onTakeBack={onTakeBack}
              onEdit={onEdit}
              onRecall={onRecall}
            />
          )
        }
      </VList>
      {away && (
        <button
          type="button"
          className={css.toEnd}
          onClick={() => {
            atEnd.current = true
            toEnd()
          }}
        >
          <Glyph name="down" />
          <span className="unseen">{say('newest')}</span>
        </button>
      )}
    </div>
  )
}

function Top({ state, talk, beginning }: Pick<Props, 'state' | 'talk' | 'beginning'>) {
  const say = useText()
  if (state.older === 'failed')
    return (
      <p className={css.top}>
        <button type="button" onClick={() => void talk.loadOlder()}>
          {say('olderAgain')}
        </button>
      </p>
    )
  if (state.log.older) return <p className={css.top}>{say('older')}</p>
  return <div className={css.beginning}>{beginning}</div>
}

function Typing({ who }: { who: readonly string[] }) {
  const say = useText()
  const { name } = useParts()
  const [role = '', id] = (who[0] ?? '').split('/')
  return (
    <p className={css.typing} aria-live="off" data-shown={who.length > 0 || undefined}>
      {who.length > 0 && (
        <>
          <i aria-hidden="true" />
          {say('typing', { who: name?.(role, id) ?? say(`who.${role as 'agent'}`) })}
        </>
      )}
    </p>
  )
}

/** Which messages of one's own can still be changed; looked at again when the time of the next one is over. */
function useChangeable(messages: readonly Message[]): ReadonlySet<number> {
  const [, setTick] = useState(0)
  const now = serverNow()
  const soon = messages.slice(-50).filter((one) => changeable(one, now))
  const next = Math.min(...soon.map((one) => Date.parse(one.changeable_until ?? '')))
  useEffect(() => {
    if (!Number.isFinite(next)) return
    const timer = setTimeout(() => setTick((n) => n + 1), Math.max(0, next - serverNow()) + 50)
    return () => clearTimeout(timer)
  }, [next])
  return new Set(soon.map((one) => one.seq))
}
