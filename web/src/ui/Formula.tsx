import type { Schemas } from '@/shared/api'
import { rowsOf } from '@/shared/case/formula'
import { formatMoney } from '@/shared/money'
import css from './Formula.module.css'
import { useText } from './messages'
import { MoneyText } from './MoneyText'

interface Props {
  quote: Pick<Schemas['Quote'], 'formula' | 'total'>
  /** What a line is about: the name of the goods. */
  nameOf?: (lineID: string) => string | undefined
}

/** How an amount comes about, line by line, down to its total. The rule behind a line is its tooltip. */
export function Formula({ quote, nameOf }: Props) {
  const say = useText()
  const named = quote.formula.flatMap(({ line_id }) => {
    const name = line_id === undefined ? undefined : nameOf?.(line_id)
    return line_id !== undefined && name !== undefined ? [[line_id, name] as const] : []
  })
  const { rows, rest } = rowsOf(quote, new Map(named))
  return (
    <table className={css.table}>
      <tbody>
        {rows.map((row, index) => (
          <tr key={index} title={row.rule}>
            <th scope="row">{row.text}</th>
            <td>
              <MoneyText value={{ ...quote.total, minor: row.minor }} />
            </td>
          </tr>
        ))}
        {rest !== 0 && rows.length > 0 && (
          <tr>
            <th scope="row">{say('formula.rest')}</th>
            <td>{formatMoney({ ...quote.total, minor: rest })}</td>
          </tr>
        )}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{say('formula.total')}</th>
          <td>
            <MoneyText value={quote.total} size="l" />
          </td>
        </tr>
      </tfoot>
    </table>
  )
}
