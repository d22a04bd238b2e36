import { Select } from 'antd'

interface Props {
  label: string
  value: string | undefined
  options: readonly (readonly [value: string, label: string])[]
  onChange: (value: string | undefined) => void
  /** Found by typing, where there are many. */
  search?: boolean
  className?: string | undefined
}

/** A filter: one of some, or none of them. */
export function Pick({ label, value, options, onChange, search = false, className }: Props) {
  return (
    <Select
      className={className ?? ''}
      aria-label={label}
      placeholder={label}
      allowClear
      showSearch={search ? { optionFilterProp: 'label' } : false}
      popupMatchSelectWidth={false}
      value={value ?? null}
      onChange={(chosen: string | null | undefined) => onChange(chosen ?? undefined)}
      options={options.map(([one, name]) => ({ value: one, label: name }))}
    />
  )
}
