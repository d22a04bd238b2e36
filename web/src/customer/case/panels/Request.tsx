import { formatMoney } from '@/shared/money'
import { formatMoment } from '@/shared/time'
import { useOrder, variantOf } from '../../orders/queries'
import { useVariants } from '../../open/queries'
import { Link } from '../../shell/Link'
import { GoodsPicture } from '../../ui'
import { EvidenceGrid } from '../Evidence'
import { FoldedFormula } from '../Formula'
import { type T, useText } from '../messages'
import { requestWords } from '@/shared/case/texts'
import type { Case } from '../queries'
import { Fact, Facts, Panel, type PanelProps, Quoted } from './Panel'

/** What is asked for and why, and how its amount comes about. */
export function Request({ one, entries, pieces }: PanelProps) {
  const t = useText()
  const order = useOrder(one.order_id).data
  const said = requestWords(one, entries)
  const mine = one.complaint ? [] : (pieces ?? []).filter((piece) => piece.by === 'customer')
  return (
    <Panel title={t('request.title')} aside={<Link to={`/orders/${one.order_id}`}>{t('order')}</Link>}>
      {one.lines.length > 0 && (
        <ul className="chosen">
          {one.lines.map((line) => {
            const bought = order?.lines.find((other) => other.id === line.line_id)
            return (
              <li key={line.line_id}>
                <GoodsPicture category={bought?.category ?? ''} size={44} />
                <span className="row-words">
                  <span className="row-title">{bought?.title ?? line.line_id}</span>
                  <span className="row-note">
                    {[bought && variantOf(bought), t('request.quantity', { count: line.quantity })]
                      .filter(Boolean)
                      .join(' · ')}
                  </span>
                  {one.kind === 'exchange' && <Wanted one={one} lineID={line.line_id} />}
                </span>
              </li>
            )
          })}
        </ul>
      )}
      <Facts>
        {one.words.reason && <Fact label={t('request.reason')}>{one.words.reason}</Fact>}
        <Fact label={t('request.amount')}>
          <b className="figures">{formatMoney(one.amount)}</b>
        </Fact>
        {one.refunded.minor > 0 && (
          <Fact label={t('request.refunded')}>
            <b className="figures good">{formatMoney(one.refunded)}</b>
          </Fact>
        )}
        {freightOf(t, one) && <Fact label={t('request.freight')}>{freightOf(t, one)}</Fact>}
      </Facts>
      {said.map((words) => (
        <Quoted key={words} words={words} />
      ))}
      <EvidenceGrid pieces={mine} label={t('request.evidence')} />
      <FoldedFormula quote={one.quote} orderID={one.order_id} />
      <p className="fine figures">
        {t('openedAt', { time: formatMoment(one.opened_at) })} · {t('number', { id: one.id })}
      </p>
    </Panel>
  )
}

function Wanted({ one, lineID }: { one: Case; lineID: string }) {
  const t = useText()
  const line = one.lines.find((other) => other.line_id === lineID)
  const wanted = one.exchange?.lines.find((other) => other.line_id === lineID)?.variant_id ?? line?.variant_id
  const found = useVariants(one.order_id, lineID, line?.quantity ?? 1).data?.find((variant) => variant.id === wanted)
  const name = found && !found.same ? [found.colour, found.size].filter(Boolean).join(' · ') : ''
  return (
    <span className="row-note wanted">→ {name ? t('request.wanted', { variant: name }) : t('request.wantedSame')}</span>
  )
}

const parties = ['customer', 'merchant', 'carrier', 'platform', 'unclear'] as const
type Party = (typeof parties)[number]
export const partyOf = (t: T, code: string): string =>
  (parties as readonly string[]).includes(code) ? t(`party.${code as Party}`) : code

/** Who pays the postage, in words. */
export const payerOf = (t: T, code: string): string =>
  (parties as readonly string[]).includes(code) ? t(`payer.${code as Party}`) : code

const goBack = new Set(['return', 'exchange', 'repair'])
const freightOf = (t: T, one: Case): string | null =>
  one.freight.back && goBack.has(one.kind) ? payerOf(t, one.freight.back) : null
