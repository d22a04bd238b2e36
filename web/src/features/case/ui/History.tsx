import { fen, formatMoney } from '@/shared/money'
import { formatMoment } from '@/shared/time'
import { folded, shownOf, toneOf } from '@/shared/case/timeline'
import { useWords } from '@/shared/words'
import { EvidenceGrid } from '@/ui/EvidenceGrid'
import { Failure } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { Timeline } from '@/ui/Timeline'
import { type Case, useEvidence, useTimeline } from '../api/case'
import { useText } from '../messages'
import css from './case.module.css'

/** What happened, the newest first: by whom, what was said, shown and paid. */
export function History({ one }: { one: Case }) {
  const say = useText()
  const word = useWords()
  const { data, error, refetch } = useTimeline(one.id)
  const pieces = useEvidence(one.id).data ?? []
  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <Loading />
  return (
    <Timeline
      items={folded(data).map((entry) => {
        const shown = shownOf(entry, one.texts)
        const evidence = pieces.filter((piece) => shown.evidence.includes(piece.id))
        const erased = one.texts_erased === true && shown.words === undefined && Boolean(entry.data?.['text'])
        const has = shown.words ?? shown.parcel ?? shown.due ?? (erased || undefined)
        return {
          id: entry.seq,
          at: entry.at,
          who: word('role', entry.by),
          what: (
            <>
              {entry.text || entry.event}
              {entry.times > 1 && <span className="figures"> × {entry.times}</span>}
              {shown.amount !== undefined && <b className="figures"> {formatMoney(fen(shown.amount))}</b>}
            </>
          ),
          tone: toneOf(entry),
          detail:
            has !== undefined || evidence.length > 0 ? (
              <div className={css.happened}>
                {shown.words && <blockquote className={css.quote}>{shown.words}</blockquote>}
                {erased && <em>{say('history.erased')}</em>}
                {shown.parcel && <code>{[shown.parcel.carrier, shown.parcel.number].filter(Boolean).join(' ')}</code>}
                {shown.due && <span className="figures">{say('history.until', { at: formatMoment(shown.due) })}</span>}
                {evidence.length > 0 && <EvidenceGrid items={evidence} size="s" />}
              </div>
            ) : undefined,
        }
      })}
    />
  )
}
