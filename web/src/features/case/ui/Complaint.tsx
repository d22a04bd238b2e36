import type { Schemas } from '@/shared/api'
import { formatMoment } from '@/shared/time'
import { useWords } from '@/shared/words'
import { MoneyText } from '@/ui/MoneyText'
import { StatusTag } from '@/ui/StatusTag'
import type { Case } from '../api/case'
import { useText } from '../messages'
import css from './case.module.css'

/** What is at stake in a complaint and how far it is: offers to settle, what was asked for, judgments, appeals. */
export function Complaint({ one, complaint }: { one: Case; complaint: Schemas['Complaint'] }) {
  const say = useText()
  const word = useWords()
  const { settlement, supplement, judgment, suspension, appeals } = complaint
  const words = (id: string | undefined) => id && one.texts[id] && <q>{one.texts[id]}</q>
  return (
    <>
      <dl className={css.stakes}>
        <div>
          <dt>{say('complaint.claim')}</dt>
          <dd>
            <MoneyText value={complaint.claim} size="l" />
          </dd>
        </div>
        <div>
          <dt>{say('complaint.most')}</dt>
          <dd>
            <MoneyText value={complaint.most} size="l" />
          </dd>
        </div>
        <div>
          <dt>{say('complaint.subject')}</dt>
          <dd>{say(`subject.${complaint.subject}`)}</dd>
        </div>
        <div>
          <dt>{say('complaint.rested')}</dt>
          <dd>{complaint.rested.length > 0 ? complaint.rested.map((side) => word('role', side)).join('、') : '–'}</dd>
        </div>
      </dl>
      <ul className={css.legs}>
        {settlement && (
          <li>
            <StatusTag tone={settlement.accepted ? 'good' : 'act'}>
              {say(settlement.accepted ? 'complaint.settled' : 'complaint.offered')}
            </StatusTag>
            <span>
              {word('role', settlement.by)} {words(settlement.text_id)}
              <small className="figures">{formatMoment(settlement.at)}</small>
            </span>
            <MoneyText value={settlement.amount} />
          </li>
        )}
        {supplement && (
          <li>
            <StatusTag tone={supplement.given ? 'good' : 'act'}>
              {say(supplement.given ? 'complaint.given' : 'complaint.asked')}
            </StatusTag>
            <span>
              {word('role', supplement.of)} {words(supplement.text_id)}
              <small className="figures">{say('history.until', { at: formatMoment(supplement.due_at) })}</small>
            </span>
          </li>
        )}
        {judgment && (
          <li>
            <StatusTag tone="review">{say('complaint.judgment', { n: judgment.number })}</StatusTag>
            <span>
              {say(`outcome.${outcomeOf(judgment.outcome)}`)}
              {judgment.liability && ` · ${word('role', judgment.liability)}`} {words(judgment.text_id)}
              <small>
                {judgment.rules
                  .map((rule) => one.citations.find((each) => each.rule === rule)?.text ?? rule)
                  .join(' · ')}
              </small>
            </span>
            <MoneyText value={judgment.amount} />
          </li>
        )}
        {appeals.map((appeal) => (
          <li key={appeal.at}>
            <StatusTag tone={appeal.result ? 'quiet' : 'act'}>{say('complaint.appeal')}</StatusTag>
            <span>
              {word('role', appeal.by)} {words(appeal.text_id)}
              <small className="figures">{formatMoment(appeal.at)}</small>
            </span>
            {appeal.result && <span>{say(`appeal.${appeal.result}`)}</span>}
          </li>
        ))}
        {suspension && (
          <li>
            <StatusTag tone={suspension.running ? 'act' : 'quiet'}>{say('complaint.suspended')}</StatusTag>
            <span>
              {word('role', suspension.by)} {words(suspension.text_id)}
              <small className="figures">{formatMoment(suspension.at)}</small>
            </span>
          </li>
        )}
      </ul>
    </>
  )
}

const outcomes = ['refund', 'partial', 'refuse', 'remedy', 'uphold'] as const

const outcomeOf = (code: string) => outcomes.find((one) => one === code) ?? 'refund'
