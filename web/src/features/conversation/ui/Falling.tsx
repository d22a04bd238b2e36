import { useNavigate } from '@tanstack/react-router'
import { useMe } from '@/app/session'
import { useWords } from '@/shared/words'
import { Countdown } from '@/ui/Countdown'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { More } from '@/ui/More'
import { rowsOf } from '@/ui/pages'
import { useFalling } from '../api/tools'
import { useText } from '../messages'
import { shortOf } from '../model/inbox'
import css from './chats.module.css'

interface Props {
  chosen: string | undefined
  onOpen: (id: string) => void
}

/** What falls first, of cases and of service: an agent's own, a team's for who leads it. */
export function Falling({ chosen, onOpen }: Props) {
  const say = useText()
  const word = useWords()
  const me = useMe()
  const navigate = useNavigate()
  const all = rowsOf(useFalling(me.role === 'agent' ? 'mine' : 'team'))
  if (all.isPending) return <Loading />
  if (all.error && all.rows.length === 0) return <Failure error={all.error} retry={() => void all.refetch()} />
  if (all.rows.length === 0) return <Empty title={say('board.noDeadlines')} />
  return (
    <div className={css.rows}>
      <ul aria-label={say('view.due')}>
        {all.rows.map((one) => {
          const id = one.conversation_id ?? one.case_id ?? ''
          return (
            <li key={`${id} ${one.clock?.kind ?? ''}`}>
              <button
                type="button"
                className={css.row}
                aria-current={id === chosen || undefined}
                onClick={() => {
                  if (one.conversation_id) onOpen(one.conversation_id)
                  else void navigate({ to: `/cases/${one.case_id}` } as never)
                }}
              >
                <span className={css.rowHead}>
                  <span className={css.rowName}>
                    <i
                      className={css.dot}
                      data-state={one.kind === 'case' ? 'merchant' : 'people'}
                      aria-hidden="true"
                    />
                    {one.kind === 'case'
                      ? say('board.caseOf', { stage: word('stage', one.stage ?? '') })
                      : say('board.serviceOf', { clock: one.clock ? say(`clock.${one.clock.kind}`) : '' })}
                  </span>
                  <Countdown dueAt={one.due_at} {...(one.clock ? { since: one.clock.started_at } : {})} />
                </span>
                <span className={css.rowLine}>
                  <span>
                    {one.kind === 'case'
                      ? [word('kind', one.case_kind ?? ''), word('role', one.waiting_for ?? '')]
                          .filter(Boolean)
                          .join(' · ')
                      : say('conversationOf', { id: shortOf(id) })}
                  </span>
                  {one.priority && one.priority !== 'normal' && <b>{say(`priority.${one.priority as 'high'}`)}</b>}
                </span>
              </button>
            </li>
          )
        })}
      </ul>
      <More {...all} />
    </div>
  )
}
