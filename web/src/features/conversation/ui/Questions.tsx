import { Countdown } from '@/ui/Countdown'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { More } from '@/ui/More'
import { rowsOf } from '@/ui/pages'
import { formatMoment } from '@/shared/time'
import { useAsked } from '../api/tools'
import { useText } from '../messages'
import { shortOf } from '../model/inbox'
import css from './chats.module.css'

/** Questions that wait for a shop's or a carrier's answer, what falls first first. */
export function Questions({ chosen, onOpen }: { chosen: string | undefined; onOpen: (id: string) => void }) {
  const say = useText()
  const all = rowsOf(useAsked())
  if (all.isPending) return <Loading />
  if (all.error && all.rows.length === 0) return <Failure error={all.error} retry={() => void all.refetch()} />
  if (all.rows.length === 0) return <Empty title={say('asked.none')} text={say('asked.noneText')} />
  return (
    <div className={css.rows}>
      <ul aria-label={say('view.asked')}>
        {all.rows.map((one) => (
          <li key={`${one.conversation_id} ${one.seq}`}>
            <button
              type="button"
              className={css.row}
              aria-current={one.conversation_id === chosen || undefined}
              onClick={() => onOpen(one.conversation_id)}
            >
              <span className={css.rowHead}>
                <span className={css.rowName}>
                  <i className={css.dot} data-state={one.party} aria-hidden="true" />
                  {say(`to.${one.party}`)} · {shortOf(one.conversation_id)}
                </span>
                <Countdown dueAt={one.due_at} since={one.asked_at} />
              </span>
              <span className={css.rowLine}>
                <span>{say('asked.at', { at: formatMoment(one.asked_at) })}</span>
                {one.escalated_at && <b>{say('asked.escalated')}</b>}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <More {...all} />
    </div>
  )
}
