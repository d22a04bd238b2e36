import { formatMoment } from '@/shared/time'
import { useWords } from '@/shared/words'
import type { Tone } from '@/shared/words/tone'
import { Formula } from '@/ui/Formula'
import { MoneyText } from '@/ui/MoneyText'
import { StatusTag } from '@/ui/StatusTag'
import type { Case } from '../api/case'
import { useText } from '../messages'
import { canDo } from '../model/actions'
import css from './case.module.css'
import { Reveal } from './Reveal'

const legTones: Record<string, Tone> = { intended: 'wait', unknown: 'act', succeeded: 'good', failed: 'bad' }

/** How the amount comes about, what was offered, and where the money is. */
export function Money({ one, nameOf }: { one: Case; nameOf: (lineID: string) => string | undefined }) {
  const say = useText()
  const word = useWords()
  return (
    <>
      {one.quote.formula.length > 0 && <Formula quote={one.offer?.quote ?? one.quote} nameOf={nameOf} />}
      <dl className={css.pairs}>
        {one.offer && (
          <div>
            <dt>{say('fact.offer')}</dt>
            <dd>
              <MoneyText value={one.offer.amount} />
            </dd>
          </div>
        )}
        {one.liability && (
          <div>
            <dt>{say('diff.liability')}</dt>
            <dd>{word('role', one.liability)}</dd>
          </div>
        )}
        {(one.freight.out ?? one.freight.back) && (
          <div>
            <dt>{say('money.freight')}</dt>
            <dd>
              {[
                one.freight.out && say('money.out', { who: word('role', one.freight.out) }),
                one.freight.back && say('money.back', { who: word('role', one.freight.back) }),
              ]
                .filter(Boolean)
                .join(' · ')}
            </dd>
          </div>
        )}
        {one.payment && (
          <div>
            <dt>{say(`payment.${one.payment.purpose}`)}</dt>
            <dd>
              <MoneyText value={one.payment.amount} /> {say(`payment.${one.payment.state}`)}
            </dd>
          </div>
        )}
        {one.insurance && (
          <div>
            <dt>{say('money.insurance')}</dt>
            <dd>
              <MoneyText value={one.insurance.amount} /> {say(`insurance.${one.insurance.state}`)}
            </dd>
          </div>
        )}
      </dl>
      {one.legs.length > 0 && (
        <ul className={css.legs}>
          {one.legs.map((leg) => (
            <li key={leg.key}>
              <StatusTag tone={legTones[leg.status] ?? 'quiet'}>{say(`leg.${leg.status}`)}</StatusTag>
              <span>
                {leg.rail}
                <small>
                  <time className="figures">{formatMoment(leg.settled_at ?? leg.not_before)}</time>
                </small>
              </span>
              <MoneyText value={leg.amount} />
            </li>
          ))}
        </ul>
      )}
      {one.refund?.waits_for && <p className={css.blocked}>{say(`waits.${one.refund.waits_for}`)}</p>}
      {canDo(one, 'reveal_payee') && <Reveal what="payee" id={one.id} />}
    </>
  )
}
