import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { formatMoment } from '@/shared/time'
import { Screen } from '../shell/Screen'
import { Button, Failure, Icon, Skeleton, toast } from '../ui'
import { endOtherSessions, endSession, type Session, useSessions } from './account'
import { Ask } from './Ask'
import './me.css'
import { type T, useText } from './messages'

/** Where one is signed in; each can be ended, or all others at once. */
export default function SessionsScreen() {
  const t = useText()
  const client = useQueryClient()
  const sessions = useSessions()
  const [ending, setEnding] = useState<Session | 'others' | null>(null)
  const all = [...(sessions.data ?? [])].sort((a, b) => Number(b.current) - Number(a.current))
  const refresh = () => client.invalidateQueries({ queryKey: ['me', 'sessions'] })
  return (
    <Screen title={t('sessions.title')} backTo="/me">
      {sessions.isError ? (
        <Failure error={sessions.error} onRetry={() => void sessions.refetch()} />
      ) : !sessions.data ? (
        <Skeleton />
      ) : (
        <div className="stack wide">
          <p className="lead">{t('sessions.lead')}</p>
          <ul className="card rows">
            {all.map((session) => (
              <li key={session.id} className="row">
                <span className="row-icon">
                  <Icon name="device" size={22} />
                </span>
                <span className="row-words">
                  <span className="row-title">
                    {deviceOf(t, session)}{' '}
                    {session.current && <span className="tag good">{t('sessions.current')}</span>}
                  </span>
                  <span className="row-note figures">
                    {t('sessions.seen', { time: formatMoment(session.seen_at) })}
                  </span>
                  <span className="row-note figures">
                    {[methodOf(t, session), session.two_factors ? t('sessions.two') : '', session.address ?? '']
                      .filter(Boolean)
                      .join(' · ')}
                  </span>
                </span>
                {!session.current && (
                  <Button
                    className="small"
                    aria-label={`${t('sessions.end')} ${deviceOf(t, session)}`}
                    onClick={() => setEnding(session)}
                  >
                    {t('sessions.end')}
                  </Button>
                )}
              </li>
            ))}
          </ul>
          {all.length > 1 && (
            <Button kind="danger" wide onClick={() => setEnding('others')}>
              {t('sessions.endAll')}
            </Button>
          )}
        </div>
      )}
      {ending !== null && (
        <Ask
          title={ending === 'others' ? t('sessions.endAllTitle') : t('sessions.endTitle')}
          lead={ending === 'others' ? t('sessions.endAllLead') : t('sessions.endLead', { device: deviceOf(t, ending) })}
          go={ending === 'others' ? t('sessions.endAll') : t('sessions.end')}
          keep={t('sessions.keep')}
          onClose={() => setEnding(null)}
          work={async () => {
            if (ending === 'others') toast(t('sessions.endedAll', { count: await endOtherSessions() }))
            else {
              await endSession(ending.id)
              toast(t('sessions.ended'))
            }
            await refresh()
          }}
        />
      )}
    </Screen>
  )
}

const deviceOf = (t: T, { device }: Session) =>
  device === '' || device.startsWith('unknown') ? t('sessions.unknown') : device

const methods = ['password', 'passkey', 'handover'] as const
const methodOf = (t: T, { method }: Session) => t(`sessions.method.${methods.find((one) => one === method) ?? 'other'}`)
