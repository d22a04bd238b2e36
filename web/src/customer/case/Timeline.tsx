import { useState } from 'react'
import { fen, formatMoney } from '@/shared/money'
import { formatAgo, formatMoment, useNow } from '@/shared/time'
import { Link } from '../shell/Link'
import { Button, Icon, type IconName } from '../ui'
import { EvidenceGrid, type Piece, piecesOf } from './Evidence'
import { useCarrierName } from './forms/carriers'
import { useText } from './messages'
import { type Entry, isSmall, shownOf, toneOf } from '@/shared/case/timeline'
import type { Case } from './queries'

const few = 4

/** What happened, the newest first: by whom, what was said and shown. The small steps in between are there for who asks. */
export function Timeline({
  one,
  entries,
  pieces,
}: {
  one: Case
  entries: readonly Entry[]
  pieces: readonly Piece[] | undefined
}) {
  const t = useText()
  const [all, setAll] = useState(false)
  const newest = entries.toReversed()
  const large = newest.filter((entry) => !isSmall(entry))
  const shown = all ? newest : large.slice(0, few)
  return (
    <section aria-labelledby="what-happened">
      <h2 className="section-title" id="what-happened">
        {t('timeline.title')}
      </h2>
      <div className="card padded">
        <ol className="happened">
          {shown.map((entry, n) => (
            <Happened key={entry.seq} one={one} entry={entry} pieces={pieces} newest={n === 0} />
          ))}
        </ol>
        {entries.length > shown.length || all
          ? newest.length > few && (
              <Button kind="quiet" wide onClick={() => setAll(!all)}>
                {all ? t('timeline.few') : t('timeline.all', { count: newest.length })}
              </Button>
            )
          : null}
      </div>
    </section>
  )
}

const icons: Record<string, IconName> = {
  customer: 'me',
  merchant: 'store',
  carrier: 'truck',
  bot: 'bot',
  agent: 'shield',
  supervisor: 'shield',
  operator: 'shield',
  platform: 'clock',
}

function Happened({
  one,
  entry,
  pieces,
  newest,
}: {
  one: Case
  entry: Entry
  pieces: readonly Piece[] | undefined
  newest: boolean
}) {
  const t = useText()
  const now = useNow()
  const carrier = useCarrierName()
  const shown = shownOf(entry, one.texts)
  const who = entry.by in icons ? t(`party.${entry.by as 'customer'}`) : entry.by
  const evidence = piecesOf(pieces, shown.evidence)
  return (
    <li className={newest ? `newest ${toneOf(entry)}` : toneOf(entry)}>
      <span className="happened-icon">
        <Icon name={icons[entry.by] ?? 'info'} size={18} />
      </span>
      <div className="happened-in">
        <p className="happened-text">
          {entry.text || entry.event}
          {shown.amount !== undefined && <b className="figures"> {formatMoney(fen(shown.amount))}</b>}
        </p>
        <p className="happened-who">
          {who} ·{' '}
          <time dateTime={entry.at} title={new Date(entry.at).toLocaleString()}>
            <span className="figures">{formatAgo(entry.at, now)}</span> ·{' '}
            <span className="figures">{formatMoment(entry.at, now)}</span>
          </time>
        </p>
        {shown.words !== undefined && <blockquote>{shown.words}</blockquote>}
        {shown.parcel && (
          <p className="happened-note figures">
            {shown.parcel.carrier && `${carrier(shown.parcel.carrier)} `}
            {shown.parcel.number}
          </p>
        )}
        {shown.due !== undefined && (
          <p className="happened-note figures">{t('timeline.until', { time: formatMoment(shown.due, now) })}</p>
        )}
        {shown.caseID !== undefined && shown.caseID !== one.id && (
          <p className="happened-note">
            <Link to={`/cases/${shown.caseID}`}>{t('timeline.openCase')}</Link>
          </p>
        )}
        <EvidenceGrid pieces={evidence} label={t('request.evidence')} />
      </div>
    </li>
  )
}
