import { InputNumber, Segmented } from 'antd'
import { useState } from 'react'
import { useErrorText } from '@/ui/Failure'
import { type Desk, useDesk, useSit } from '../api/chats'
import { useText } from '../messages'
import css from './chats.module.css'

const states = ['online', 'away', 'offline'] as const
const usual = 5

/** Whether one takes conversations, and how many at a time. Said again every half minute, wherever one is (Background). */
export function Presence() {
  const say = useText()
  const errorText = useErrorText()
  const { data } = useDesk(true)
  const sit = useSit()
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const desk: Desk = data ?? { staff_id: '', state: 'offline', capacity: usual, has: 0, langs: [], skills: [] }
  const capacity = desk.capacity > 0 ? desk.capacity : usual
  const change = async (part: Partial<Desk>) => {
    setBusy(true)
    setError(null)
    try {
      await sit({ ...desk, capacity, ...part })
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className={css.presence} data-state={desk.state}>
      <Segmented
        block
        disabled={busy || !data}
        aria-label={say('desk.label')}
        value={desk.state}
        onChange={(state) => void change({ state })}
        options={states.map((state) => ({
          value: state,
          label: say(`desk.${state}`),
        }))}
      />
      <label className={css.capacity}>
        <span className="unseen">{say('desk.capacity')}</span>
        <InputNumber
          min={1}
          max={50}
          value={capacity}
          disabled={busy || !data}
          onChange={(value) => typeof value === 'number' && void change({ capacity: value })}
          prefix={<span className="figures">{desk.has}/</span>}
          title={say('desk.capacity')}
        />
      </label>
      <TellMe />
      {error !== null && (
        <p role="alert" className={css.wrong}>
          {say('desk.failed', { why: errorText(error) })}
        </p>
      )}
    </div>
  )
}

/** The browser asks once whether it may tell of new messages while nobody looks: when the person wants it, not before. */
function TellMe() {
  const say = useText()
  const [may, setMay] = useState(() => ('Notification' in globalThis ? Notification.permission : 'denied'))
  if (may !== 'default') return null
  return (
    <button type="button" className={css.tellMe} onClick={() => void Notification.requestPermission().then(setMay)}>
      {say('notify.ask')}
    </button>
  )
}
