import { useState } from 'react'
import type { Schemas } from '@/shared/api'
import { formatMoment, formatSpan } from '@/shared/time'
import { useWords } from '@/shared/words'
import { Failure } from '@/ui/Failure'
import { Formula } from '@/ui/Formula'
import { Loading } from '@/ui/Loading'
import { type Case, useEvaluations } from '../api/case'
import { useText } from '../messages'
import css from './case.module.css'

/** How the rules decided, each time they were asked. Fetched when somebody opens it. */
export function RulesPanel({ one, nameOf }: { one: Case; nameOf: (lineID: string) => string | undefined }) {
  const say = useText()
  const word = useWords()
  const [open, setOpen] = useState(false)
  const { data, error, refetch } = useEvaluations(one.id, open)
  return (
    <details className={css.panel} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <h2>{say('rules.title')}</h2>
      </summary>
      {open && !data && (error ? <Failure error={error} retry={() => void refetch()} /> : <Loading />)}
      {data?.toReversed().map((each) => (
        <section key={each.n} className={css.evaluation}>
          <h3>
            {say('rules.nth', { n: each.n })}
            <small>
              <time className="figures">{formatMoment(each.at)}</time> · {each.pack} ·{' '}
              <code title={each.pack_hash}>{each.pack_hash.slice(0, 8)}</code>
              {each.n === one.evaluation && ` · ${say('rules.holds')}`}
            </small>
          </h3>
          <p className={css.ruleNames}>
            {each.rules.map((rule) => (
              <span key={rule} title={rule}>
                {told(each, rule)}
              </span>
            ))}
          </p>
          {each.quote.formula.length > 0 && <Formula quote={each.quote} nameOf={nameOf} />}
          {each.deadlines.length > 0 && (
            <div className={css.scroll} tabIndex={0} role="region" aria-label={say('rules.deadlines')}>
              <table className={css.deadlines}>
                <thead>
                  <tr>
                    <th scope="col">{say('rules.step')}</th>
                    <th scope="col">{say('rules.actor')}</th>
                    <th scope="col">{say('rules.time')}</th>
                    <th scope="col">{say('rules.rule')}</th>
                  </tr>
                </thead>
                <tbody>
                  {each.deadlines.map((deadline) => (
                    <tr key={deadline.step}>
                      <td>{word('stage', deadline.step)}</td>
                      <td>{word('role', deadline.actor)}</td>
                      <td className="figures">{formatSpan(deadline.seconds * 1000)}</td>
                      <td>
                        <span title={deadline.rule}>{told(each, deadline.rule)}</span>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </section>
      ))}
    </details>
  )
}

const told = (one: Schemas['Evaluation'], rule: string): string =>
  one.citations.find((each) => each.rule === rule)?.text ?? rule
