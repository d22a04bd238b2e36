import { Select } from 'antd'
import type { View } from '@/shared/chat/log'
import { formatMoment } from '@/shared/time'
import { Countdown } from '@/ui/Countdown'
import { useText } from '../messages'
import { openQuestions, type SnoozeTime, snoozeTimes } from '../model/tools'
import css from './chats.module.css'

/** What the next message to a shop or a carrier is besides words: a question with a time, or an answer that is written down. */
export interface Asking {
  due: SnoozeTime | undefined
  answers: number | undefined
}

export const nothingAsked: Asking = { due: undefined, answers: undefined }

interface Props {
  view: View
  asking: Asking
  onAsking: (asking: Asking) => void
}

/** Questions that still wait in a thread, and whether what is written now asks, or answers for the carrier. */
export function AskParty({ view, asking, onAsking }: Props) {
  const say = useText()
  const open = openQuestions(view)
  const carrier = view.audience === 'carrier'
  return (
    <div className={css.asking}>
      {open.map((one) => (
        <span key={one.seq} className={css.openQuestion}>
          {say('asked.waits', { at: formatMoment(one.asked_at) })} <Countdown dueAt={one.due_at} since={one.asked_at} />
        </span>
      ))}
      {carrier && open.length > 0 && (
        <Select
          size="small"
          variant="filled"
          allowClear
          popupMatchSelectWidth={false}
          aria-label={say('asked.answers')}
          placeholder={say('asked.answers')}
          value={asking.answers ?? null}
          onChange={(seq: number | null | undefined) => onAsking({ due: undefined, answers: seq ?? undefined })}
          options={open.map((one) => ({
            value: one.seq,
            label: say('asked.answersTo', { at: formatMoment(one.asked_at) }),
          }))}
        />
      )}
      {asking.answers === undefined && (
        <Select
          size="small"
          variant="filled"
          allowClear
          popupMatchSelectWidth={false}
          aria-label={say('asked.due')}
          placeholder={say('asked.due')}
          value={asking.due ?? null}
          onChange={(due: SnoozeTime | null | undefined) => onAsking({ answers: undefined, due: due ?? undefined })}
          options={snoozeTimes.map((value) => ({ value, label: say('asked.until', { when: say(`snooze.${value}`) }) }))}
        />
      )}
    </div>
  )
}
