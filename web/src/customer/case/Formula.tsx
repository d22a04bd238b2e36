import { useId, useState } from 'react'
import { formatMoney } from '@/shared/money'
import { useOrder } from '../orders/queries'
import { Icon } from '../ui'
import { useText } from './messages'
import { type Quote, rowsOf } from '@/shared/case/formula'

/** How an amount comes about, line by line, down to its total. */
export function Formula({ quote, orderID }: { quote: Quote; orderID: string }) {
  const t = useText()
  const lines = useOrder(orderID).data?.lines ?? []
  const { rows, rest } = rowsOf(quote, new Map(lines.map((line) => [line.id, line.title])))
  const money = (minor: number) => formatMoney({ ...quote.total, minor })
  return (
    <dl className="formula figures">
      {rows.map((row, n) => (
        <div key={n}>
          <dt>{row.text}</dt>
          <dd>{money(row.minor)}</dd>
        </div>
      ))}
      {rest !== 0 && rows.length > 0 && (
        <div>
          <dt>{t('formula.rest')}</dt>
          <dd>{money(rest)}</dd>
        </div>
      )}
      {quote.freight.minor > 0 && (
        <div className="formula-note">
          <dt>{t('formula.freight', { amount: formatMoney(quote.freight) })}</dt>
        </div>
      )}
      <div className="formula-total">
        <dt>{t('formula.total')}</dt>
        <dd>{formatMoney(quote.total)}</dd>
      </div>
    </dl>
  )
}

/** The same, folded away until somebody wants to know. */
export function FoldedFormula({ quote, orderID }: { quote: Quote; orderID: string }) {
  const t = useText()
  const id = useId()
  const [open, setOpen] = useState(false)
  if (quote.formula.length === 0) return null
  return (
    <div className={open ? 'fold open' : 'fold'}>
      <button
        type="button"
        className="fold-button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {t(open ? 'request.formulaHide' : 'request.formula')}
        <Icon name="down" size={18} />
      </button>
      <div id={id} hidden={!open}>
        <Formula quote={quote} orderID={orderID} />
      </div>
    </div>
  )
}
