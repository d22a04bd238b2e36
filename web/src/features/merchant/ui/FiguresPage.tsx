import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { formatMoney } from '@/shared/money'
import { formatMoment, formatSpan } from '@/shared/time'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { Page, Section } from '@/ui/Page'
import { type Figures, useFigures } from '../api/shop'
import { useText } from '../messages'
import { answered, bars, permille, share } from '../model/figures'
import { BarChart, Ring } from './Charts'
import css from './figures.module.css'

/** How the own shop stands: today, what is open, and how the last 30 days went. A table under each chart. */
export default function FiguresPage() {
  const say = useText()
  const { data, error, refetch } = useFigures()
  return (
    <Page title={say('figures.title')} about={data && say('figures.at', { at: formatMoment(data.at) })}>
      {data ? (
        <Shown figures={data} />
      ) : error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : (
        <Loading rows={8} />
      )}
    </Page>
  )
}

function Shown({ figures }: { figures: Figures }) {
  const say = useText()
  const open = figures.open.reduce((sum, each) => sum + each.cases, 0)
  const mine = figures.open.reduce((sum, each) => sum + each.mine, 0)
  return (
    <>
      <dl className={css.tiles}>
        <Tile label={say('figures.overdue')} tone={figures.overdue > 0 ? 'bad' : undefined} to="/shop/tasks">
          {figures.overdue}
        </Tile>
        <Tile label={say('figures.today')} tone={figures.due_today > 0 ? 'act' : undefined} to="/shop/tasks">
          {figures.due_today}
        </Tile>
        <Tile label={say('figures.mine')} to="/cases?tab=waiting">
          {mine}
        </Tile>
        <Tile label={say('figures.open')} to="/cases?tab=team">
          {open}
        </Tile>
      </dl>
      <div className={css.two}>
        <Stages figures={figures} />
        <Answers figures={figures} />
        <Punctuality figures={figures} />
        <Refunds figures={figures} />
      </div>
    </>
  )
}

function Tile(props: { label: string; tone?: 'bad' | 'act' | undefined; to: string; children: ReactNode }) {
  return (
    <div className={css.tile} data-tone={props.tone}>
      <dt>{props.label}</dt>
      <dd className="figures">
        <Link to={props.to}>{props.children}</Link>
      </dd>
    </div>
  )
}

function Stages({ figures }: { figures: Figures }) {
  const say = useText()
  const rows = figures.open.filter(({ cases }) => cases > 0)
  return (
    <Section title={say('figures.stages')} text={say('figures.stagesText')}>
      {rows.length === 0 ? (
        <Empty title={say('figures.nothingOpen')} />
      ) : (
        <>
          <BarChart
            label={say('figures.stages')}
            bars={bars(rows.map(({ stage, text, cases }) => ({ key: stage, label: text, value: cases })))}
            mark={(key) => (rows.find(({ stage }) => stage === key)?.mine ?? 0) > 0}
          />
          <Table
            head={[say('figures.stage'), say('figures.cases'), say('figures.ofMine')]}
            rows={rows.map((each) => [each.text, each.cases, each.mine])}
          />
        </>
      )}
    </Section>
  )
}

function Answers({ figures }: { figures: Figures }) {
  const say = useText()
  const rows = answered(figures)
  const all = rows.reduce((sum, { value }) => sum + value, 0)
  return (
    <Section
      title={say('figures.answers')}
      text={say('figures.answersText', { count: figures.cases }) + (figures.capped ? ` ${say('figures.capped')}` : '')}
    >
      {all === 0 ? (
        <Empty title={say('figures.noAnswers')} />
      ) : (
        <>
          <BarChart
            label={say('figures.answers')}
            bars={bars(rows.map(({ key, value }) => ({ key, label: say(`figures.answer.${key}`), value })))}
            mark={(key) => key === 'by_time'}
          />
          <Table
            head={[say('figures.answered'), say('figures.cases'), say('figures.share')]}
            rows={rows.map(({ key, value }) => [say(`figures.answer.${key}`), value, `${share(value, all) ?? 0}%`])}
          />
        </>
      )}
    </Section>
  )
}

function Punctuality({ figures }: { figures: Figures }) {
  const say = useText()
  const kept = share(figures.in_time, figures.tasks)
  const answer = figures.answer_seconds
  return (
    <Section title={say('figures.punctual')} text={say('figures.punctualText')}>
      {kept === null ? (
        <Empty title={say('figures.noTasks')} />
      ) : (
        <>
          <div className={css.ring}>
            <Ring hundredths={kept} label={say('figures.inTimeOf', { part: figures.in_time, all: figures.tasks })} />
            <p>
              {say('figures.inTimeOf', { part: figures.in_time, all: figures.tasks })}
              {answer !== undefined && <small>{say('figures.answerIn', { span: formatSpan(answer * 1000) })}</small>}
            </p>
          </div>
          <Table
            head={[say('figures.what'), say('figures.number')]}
            rows={[
              [say('figures.inTime'), figures.in_time],
              [say('figures.late'), figures.tasks - figures.in_time],
              [say('figures.answerTime'), answer === undefined ? '–' : formatSpan(answer * 1000)],
            ]}
          />
        </>
      )}
    </Section>
  )
}

function Refunds({ figures }: { figures: Figures }) {
  const say = useText()
  const rows = figures.refunds
  return (
    <Section title={say('figures.refunds')} text={say('figures.refundsText', { count: figures.min_people })}>
      {rows.length === 0 ? (
        <Empty title={say('figures.noRefunds')} />
      ) : (
        <>
          <BarChart
            label={say('figures.refunds')}
            bars={bars(
              rows.slice(0, 10).map((row) => ({
                key: `${row.reason ?? ''} ${row.amount.currency}`,
                label: row.text ?? say('figures.noReason'),
                value: row.amount.minor,
              })),
            )}
            show={(value) => formatMoney({ minor: value, currency: rows[0]?.amount.currency ?? 'CNY' })}
          />
          <Table
            head={[say('figures.reason'), say('figures.cases'), say('figures.amount'), say('figures.share')]}
            rows={rows.map((row) => [
              row.text ?? say('figures.noReason'),
              row.cases,
              formatMoney(row.amount),
              row.share === undefined ? say('figures.few') : permille(row.share),
            ])}
          />
        </>
      )}
    </Section>
  )
}

function Table({ head, rows }: { head: readonly string[]; rows: readonly (readonly (string | number)[])[] }) {
  return (
    <div className={css.scroll}>
      <table className={css.table}>
        <thead>
          <tr>
            {head.map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([first, ...rest], n) => (
            <tr key={n}>
              <th scope="row">{first}</th>
              {rest.map((cell, at) => (
                <td key={at} className="figures">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
