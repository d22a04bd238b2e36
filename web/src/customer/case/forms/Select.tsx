import { type ReactNode, useId } from 'react'
import { Icon } from '../../ui'

/** One of many, in the way that the phone is used to. */
export function Select({
  label,
  value,
  onChange,
  children,
}: {
  label: string
  value: string
  onChange: (value: string) => void
  children: ReactNode
}) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="field-box select">
        <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
          {children}
        </select>
        <Icon name="down" size={20} />
      </div>
    </div>
  )
}
