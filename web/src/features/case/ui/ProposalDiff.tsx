import type { Schemas } from '@/shared/api'
import { formatMoney } from '@/shared/money'
import { formatMoment } from '@/shared/time'
import { useWords } from '@/shared/words'
import { MoneyText } from '@/ui/MoneyText'
import { StatusTag } from '@/ui/StatusTag'
import type { Case } from '../api/case'
import { useText } from '../messages'
import css from './case.module.css'

type Approval = Schemas['Approval']

/** What was asked for beside what is proposed, line by line; what differs stands out. And why it needs an approval. */
export function ProposalDiff({ one, approval }: { one: Case; approval: Approval }) {
  const say = useText()
  const word = useWords()
  const asked = one.complaint?.claim.minor ? one.complaint.claim : one.quote.total
  const delta = approval.amount.minor - asked.minor
  const rows: readonly (readonly [string, string, string])[] = [
    [say('fact.amount'), formatMoney(asked), formatMoney(approval.amount)],
    [say('diff.outcome'), say('outcome.refund'), say(`outcome.${outcomeName(approval.outcome)}`)],
    [
      say('diff.liability'),
      one.liability ? word('role', one.liability) : '–',
      approval.liability ? word('role', approval.liability) : one.liability ? word('role', one.liability) : '–',
    ],
    [say('diff.goods'), say('diff.goodsStay'), approval.goods_back ? say('diff.goodsFirst') : say('diff.goodsStay')],
  ]
  const words = approval.text_id ? one.texts[approval.text_id] : undefined
  return (
    <div className={css.diff}>
      <table>
        <thead>
          <tr>
            <th scope="col">
              <span className="unseen">{say('diff.what')}</span>
            </th>
            <th scope="col">{say('diff.asked')}</th>
            <th scope="col">{say('diff.proposed')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([label, before, now]) => (
            <tr key={label} data-changed={(before !== now && before !== '–') || undefined}>
              <th scope="row">{label}</th>
              <td className="figures">{before}</td>
              <td className="figures">
                {now}
                {label === say('fact.amount') && delta !== 0 && (
                  <small>
                    {' '}
                    ({delta > 0 ? '+' : ''}
                    {formatMoney({ ...approval.amount, minor: delta })})
                  </small>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {words && <blockquote className={css.quote}>{words}</blockquote>}
      <dl className={css.pairs}>
        <div>
          <dt>{say('diff.rule')}</dt>
          <dd>
            <span title={approval.rule}>{approval.rule_text}</span>
          </dd>
        </div>
        <div>
          <dt>{say('diff.votes')}</dt>
          <dd className="figures">
            {say('diff.votesOf', { given: approval.votes.length, needed: approval.needed })}
            {approval.level > 0 && <StatusTag tone="bad">{say('diff.escalated')}</StatusTag>}
          </dd>
        </div>
        <div>
          <dt>{say('diff.by')}</dt>
          <dd>
            <code>{approval.proposed_by}</code> · <time className="figures">{formatMoment(approval.at)}</time>
          </dd>
        </div>
        {one.complaint && (
          <div>
            <dt>{say('complaint.most')}</dt>
            <dd>
              <MoneyText value={one.complaint.most} />
            </dd>
          </div>
        )}
      </dl>
    </div>
  )
}

const outcomes = ['refund', 'partial', 'refuse', 'remedy', 'uphold'] as const

const outcomeName = (code: string): (typeof outcomes)[number] => outcomes.find((one) => one === code) ?? 'refund'
