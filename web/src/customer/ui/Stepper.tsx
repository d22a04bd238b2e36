import { useText } from '../messages'
import { Icon } from './Icon'

/** How many: fewer, the number, more. */
export function Stepper({
  label,
  value,
  least = 1,
  most,
  onChange,
}: {
  label: string
  value: number
  least?: number
  most: number
  onChange: (value: number) => void
}) {
  const t = useText()
  return (
    <div className="stepper" role="group" aria-label={label}>
      <button type="button" aria-label={t('ui.fewer')} disabled={value <= least} onClick={() => onChange(value - 1)}>
        <Icon name="minus" size={20} />
      </button>
      <output className="figures" aria-live="polite">
        {value}
      </output>
      <button type="button" aria-label={t('ui.more')} disabled={value >= most} onClick={() => onChange(value + 1)}>
        <Icon name="plus" size={20} />
      </button>
    </div>
  )
}
