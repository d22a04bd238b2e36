import type { Schemas } from '@/shared/api'
import { formatMoment } from '@/shared/time'
import { StatusTag } from '@/ui/StatusTag'
import type { Case } from '../api/case'
import { useText } from '../messages'
import css from './case.module.css'

/** All parcels of a case: to the customer, back to the shop, the replacement. Nothing where there are none. */
export function Parcels({ one }: { one: Case }) {
  const say = useText()
  const all = [
    ...(one.outbound?.parcels ?? []).map((parcel) => ({ way: say('parcel.out'), parcel })),
    ...(one.parcel ? [{ way: say('parcel.back'), parcel: one.parcel }] : []),
    ...(one.delivery?.parcel ? [{ way: say('parcel.replacement'), parcel: one.delivery.parcel }] : []),
  ]
  const inspection = one.inspection
  if (all.length === 0 && !inspection) return null
  return (
    <section className={css.panel}>
      <h2>{say('parcel.title')}</h2>
      <ul className={css.legs}>
        {all.map(({ way, parcel }) => (
          <li key={way + parcel.number}>
            <StatusTag tone={troubleOf(parcel) ? 'bad' : parcel.state === 'delivered' ? 'good' : 'wait'}>{way}</StatusTag>
            <span>
              {parcel.carrier} <code>{parcel.number}</code>
              <small>
                {[
                  parcel.suspect && say('parcel.suspect'),
                  parcel.stalled && say('parcel.stalled'),
                  parcel.too_light && say('parcel.light', { is: parcel.grams ?? 0, should: parcel.expected_grams }),
                  parcel.claimed && say('parcel.claimed'),
                  parcel.last_scan && say('parcel.scan', { at: formatMoment(parcel.last_scan) }),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </small>
            </span>
          </li>
        ))}
      </ul>
      {inspection && (
        <p className={css.said}>
          {inspection.difference ? say(`difference.${differenceOf(inspection.difference)}`) : say('difference.none')}
          {inspection.missing_units > 0 && ` · ${say('difference.missing', { count: inspection.missing_units })}`}
          {inspection.by_time && ` · ${say('difference.byTime')}`}
          {inspection.text_id && one.texts[inspection.text_id] && <q>{one.texts[inspection.text_id]}</q>}
        </p>
      )}
    </section>
  )
}

const troubleOf = (parcel: Schemas['Parcel']) => parcel.suspect || parcel.stalled || parcel.too_light || parcel.claimed

const differences = ['empty', 'wrong', 'used', 'short', 'damaged'] as const

const differenceOf = (code: string) => differences.find((one) => one === code) ?? 'wrong'
