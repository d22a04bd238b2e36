import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { formatAgo, formatWhole } from '@/shared/time'
import { useWords } from '@/shared/words'
import { Failure } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { Page, Section } from '@/ui/Page'
import { StatusTag } from '@/ui/StatusTag'
import { type Overview, type PartnerHealth, useOverview, usePartners } from '../api/standing'
import { useText } from '../messages'
import { type Concern, concernsOf, kindsOf } from '../model/overview'
import { useNames } from './names'
import css from './overview.module.css'
import { PartnerState } from './PartnerState'

/** Where an operator begins: what wants looking at, the figures, and how the works run. */
export default function OverviewPage() {
  const say = useText()
  const overview = useOverview()
  const partners = usePartners()
  const found = overview.data
  return (
    <Page
      title={say('overview.title')}
      about={
        found && (
          <time dateTime={found.at} title={formatWhole(found.at)}>
            {say('overview.at', { at: formatAgo(found.at) })}
          </time>
        )
      }
    >
      {overview.isPending && <Loading rows={8} />}
      {overview.isError && !found && <Failure error={overview.error} retry={() => void overview.refetch()} />}
      {found && (
        <>
          <Concerns all={concernsOf(found, partners.data ?? [])} />
          <Figures found={found} />
          <div className={css.columns}>
            <Open found={found} />
            <div className={css.column}>
              <Partners all={partners.data} error={partners.error} retry={() => void partners.refetch()} />
              <Works found={found} />
            </div>
          </div>
        </>
      )}
    </Page>
  )
}

function Concerns({ all }: { all: readonly Concern[] }) {
  const say = useText()
  const names = useNames()
  if (all.length === 0) {
    return (
      <p className={css.well} role="status">
        <StatusTag tone="good">{say('overview.well')}</StatusTag>
        {say('overview.wellText')}
      </p>
    )
  }
  const nameOf = ({ what, name = '' }: Concern) =>
    what === 'partner' ? names.partner(name) : what === 'job' ? names.job(name) : names.consumer(name)
  return (
    <ul className={css.concerns} aria-label={say('overview.concerns')}>
      {all.map((one) => {
        const words = say(`concern.${one.what}`, { count: one.n, name: nameOf(one) })
        return (
          <li key={`${one.what} ${one.name ?? ''}`} data-tone={one.tone}>
            {one.to ? <Link to={one.to}>{words}</Link> : words}
          </li>
        )
      })}
    </ul>
  )
}

function Figures({ found }: { found: Overview }) {
  const say = useText()
  return (
    <ul className={css.figures}>
      <Figure n={found.open_cases} name={say('overview.open')} to="/cases?tab=team" />
      <Figure n={found.due_within_hour} name={say('overview.dueSoon')} to="/cases?tab=team&sort=due" />
      <Figure n={found.overdue} name={say('overview.overdue')} to="/cases?tab=team&sort=due" bad />
      <Figure n={found.approvals_waiting} name={say('overview.approvals')} to="/approvals" />
      <Figure n={found.refunds_blocked} name={say('overview.blocked')} to="/cases?tab=team&stage=refund" bad />
      <Figure n={found.discrepancies_open} name={say('overview.discrepancies')} to="/discrepancies" bad />
    </ul>
  )
}

function Figure({ n, name, to, bad = false }: { n: number; name: string; to: string; bad?: boolean }) {
  return (
    <li>
      <Link to={to} className={css.figure} data-bad={(bad && n > 0) || undefined}>
        <span className={`${css.n} figures`}>{n.toLocaleString()}</span>
        <span className={css.name}>{name}</span>
      </Link>
    </li>
  )
}

function Open({ found }: { found: Overview }) {
  const say = useText()
  const word = useWords()
  const kinds = kindsOf(found.open)
  return (
    <Section title={say('overview.byKind')}>
      {kinds.length === 0 && <p className={css.none}>{say('overview.noCases')}</p>}
      {kinds.map(({ kind, n, stages }) => (
        <div key={kind} className={css.kind}>
          <h3>
            <Link to={`/cases?tab=team&kind=${kind}` as never}>{word('kind', kind)}</Link>
            <span className="figures">{n}</span>
          </h3>
          <ul>
            {stages.map((one) => (
              <li key={one.stage}>
                <Link to={`/cases?tab=team&kind=${kind}&stage=${one.stage}` as never}>{word('stage', one.stage)}</Link>
                <span className={css.bar} aria-hidden="true">
                  <span style={{ inlineSize: `${(one.n / (kinds[0]?.n ?? 1)) * 100}%` }} />
                </span>
                <span className="figures">{one.n}</span>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </Section>
  )
}

function Partners(props: { all: readonly PartnerHealth[] | undefined; error: unknown; retry: () => void }) {
  const say = useText()
  const names = useNames()
  return (
    <Section title={<Link to="/partners">{say('partners.title')}</Link>}>
      {!props.all && (props.error ? <Failure error={props.error} retry={props.retry} /> : <Loading rows={3} />)}
      <ul className={css.lines}>
        {props.all?.map((one) => (
          <li key={one.partner}>
            <span>{names.partner(one.partner)}</span>
            <PartnerState one={one} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** The loops beside the engine and the readers of the events: those that fail in view, the rest behind a press. */
function Works({ found }: { found: Overview }) {
  const say = useText()
  const names = useNames()
  const [all, setAll] = useState(false)
  const failing = found.jobs.filter((job) => job.failures_in_row > 0)
  const shown = all ? found.jobs : failing
  const line = (name: string, state: ReactNode) => (
    <li key={name}>
      <span>{name}</span>
      {state}
    </li>
  )
  return (
    <Section
      title={say('works.title')}
      text={say(failing.length === 0 ? 'works.fine' : 'works.failing', { count: failing.length || found.jobs.length })}
    >
      <ul className={css.lines}>
        {found.outbox.map((one) =>
          line(
            names.consumer(one.consumer),
            <span className="figures">
              {say('works.waiting', { n: one.waiting >= 1000 ? '1000+' : one.waiting })}
              {one.oldest_at && ` · ${formatAgo(one.oldest_at)}`}
            </span>,
          ),
        )}
        {shown.map((job) =>
          line(
            names.job(job.name),
            job.failures_in_row > 0 ? (
              <StatusTag tone="bad">{say('works.failed', { count: job.failures_in_row })}</StatusTag>
            ) : (
              <time className={css.quiet} dateTime={job.ran_at} title={formatWhole(job.ran_at)}>
                {formatAgo(job.ran_at)}
              </time>
            ),
          ),
        )}
      </ul>
      {found.jobs.length > failing.length && (
        <button type="button" className={css.more} aria-expanded={all} onClick={() => setAll(!all)}>
          {say(all ? 'works.fewer' : 'works.all', { count: found.jobs.length })}
        </button>
      )}
    </Section>
  )
}
