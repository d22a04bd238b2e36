import { useQuery } from '@tanstack/react-query'
import { useLiveCase } from '@/realtime'
import { api, take } from '@/shared/api'
import { formatMoment } from '@/shared/time'
import { CaseRow } from '../cases/CaseRow'
import { useText } from '../messages'
import type { ScreenProps } from '../routes'
import { Screen } from '../shell/Screen'
import { Failure, Skeleton } from '../ui'

/** One case: where it stands, and what happened. */
export default function CaseScreen({ params }: ScreenProps) {
  const t = useText()
  const { id = '' } = params
  useLiveCase(id || undefined)
  const one = useQuery({
    queryKey: ['case', id],
    queryFn: ({ signal }) => take(api.GET('/v1/cases/{id}', { signal, params: { path: { id } } })),
  })
  const timeline = useQuery({
    queryKey: ['case', id, 'timeline'],
    queryFn: ({ signal }) => take(api.GET('/v1/cases/{id}/timeline', { signal, params: { path: { id } } })),
  })
  return (
    <Screen title={t('case.title')} backTo="/cases">
      {one.isError ? (
        <Failure error={one.error} onRetry={() => void one.refetch()} />
      ) : !one.data ? (
        <Skeleton kind="card" />
      ) : (
        <div className="stack wide">
          <div className="card rows">
            <CaseRow one={one.data} />
          </div>
          <section>
            <h2 className="section-title">{t('case.timeline')}</h2>
            <ol className="card path">
              {timeline.data?.items.map((entry) => (
                <li key={entry.seq}>
                  {entry.text} <span className="row-note figures">{formatMoment(entry.at)}</span>
                </li>
              ))}
            </ol>
          </section>
        </div>
      )}
    </Screen>
  )
}
