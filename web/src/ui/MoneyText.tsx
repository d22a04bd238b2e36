import { formatMoney, type Money } from '@/shared/money'
import css from './MoneyText.module.css'

/** An amount. Figures of one width, so that they stand in columns. */
export function MoneyText({
  value,
  size = 'm',
  quiet = false,
}: {
  value: Money
  size?: 's' | 'm' | 'l' | 'xl'
  quiet?: boolean
}) {
  return (
    <span className={`${css.money} figures`} data-size={size} data-quiet={quiet || undefined}>
      {formatMoney(value)}
    </span>
  )
}
