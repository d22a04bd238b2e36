import { useQueries } from '@tanstack/react-query'
import { api, take } from '@/shared/api'
import { formatMoney } from '@/shared/money'
import { formatSpan, formatWhole } from '@/shared/time'
import type { Case } from '../api/case'
import { useText } from '../messages'
import css from './case.module.css'

/** What an exchange or a repair is about besides money: what goes out, what is wrong, who pays; where goods go back to; time asked for. */
export function Work({ one, nameOf }: { one: Case; nameOf: (lineID: string) => string | undefined }) {
  const say = useText()
  const { exchange, repair, return_to: place, extension } = one
  const lines = exchange?.lines ?? []
  const variants = useQueries({
    queries: lines.map(({ line_id, quantity }) => ({
      queryKey: ['order', one.order_id, 'variants', line_id, quantity],
      staleTime: 60_000,
      queryFn: async ({ signal }: { signal: AbortSignal }) =>
        (
          await take(
            api.GET('/v1/orders/{id}/variants', {
              params: { path: { id: one.order_id }, query: { line_id, quantity } },
              signal,
            }),
          )
        ).items,
    })),
  })
  if (!exchange && !repair && !place && !extension) return null
  const look = (at: number, id: string) => {
    const variant = variants[at]?.data?.find((each) => each.id === id)
    return [variant?.colour, variant?.size].filter(Boolean).join(' / ') || id
  }
  const rows: (readonly [string, string] | false | undefined)[] = [
    extension && [say('work.extension'), say('work.extensionOf', { span: formatSpan(extension.seconds * 1000) })],
    ...lines.map(
      (line, at) =>
        [
          say('work.replacement'),
          `${nameOf(line.line_id) ?? line.line_id} → ${look(at, line.variant_id)} × ${line.quantity}`,
        ] as const,
    ),
    exchange && exchange.difference.minor !== 0 && [say('work.difference'), formatMoney(exchange.difference)],
    exchange?.advance && [say('work.advance'), say('work.yes')],
    repair?.warranty_until !== undefined && [say('work.warranty'), formatWhole(repair.warranty_until)],
    repair?.fault !== undefined && repair.fault !== '' && [say('work.fault'), repair.fault.replaceAll('_', ' ')],
    repair?.fault !== undefined &&
      repair.fault !== '' && [
        say('work.pays'),
        repair.covered ? say('work.covered') : repair.amount ? formatMoney(repair.amount) : say('side.customer'),
      ],
    repair && repair.before > 0 && [say('work.before'), String(repair.before)],
    repair && repair.rejected > 0 && [say('work.rejected'), String(repair.rejected)],
    place && [
      say('work.returnTo'),
      `${[place.province, place.city, place.district, place.street].filter(Boolean).join(' ')} (${place.name} ${place.phone})`,
    ],
  ]
  const shown = rows.filter((row): row is readonly [string, string] => Array.isArray(row))
  if (shown.length === 0) return null
  return (
    <section className={css.panel}>
      <h2>{say('work.title')}</h2>
      <dl className={css.pairs}>
        {shown.map(([label, value], at) => (
          <div key={at}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
