import type { Schemas } from '@/shared/api'
import css from './Formula.module.css'
import { useText } from './messages'
import { MoneyText } from './MoneyText'

interface Props {
  quote: Pick<Schemas['Quote'], 'formula' | 'total'>
  /** What a line is about: the name of the goods. */
  nameOf?: (lineID: string) => string | undefined
}

/** How an amount comes about, line by line, with the rule behind each. */
export function Formula({ quote, nameOf }: Props) {
  const say = useText()
  return (
    <table className={css.table}>
      <tbody>
        {quote.formula.map((line, index) => (
          <tr key={index}>
            <th scope="row">
              {line.text}
              {line.line_id && nameOf?.(line.line_id) && <span className={css.about}>{nameOf(line.line_id)}</span>}
            </th>
            <td>
              <MoneyText value={line.amount} />
            </td>
          </tr>
        ))}
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
