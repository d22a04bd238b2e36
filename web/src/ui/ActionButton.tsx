import { Button, type ButtonProps, Tooltip } from 'antd'
import type { Schemas } from '@/shared/api'
import css from './ActionButton.module.css'

type Action = Schemas['Action']

interface Props extends Pick<ButtonProps, 'type' | 'danger' | 'loading' | 'size' | 'icon'> {
  /** As the case tells it: what could be done, and why not now. */
  action: Action
  onClick: () => void
}

/** A button for what a case lets its reader do. One that cannot be pressed now says why, to the keyboard and to readers too. */
export function ActionButton({ action, onClick, ...rest }: Props) {
  if (action.enabled) {
    return (
      <Button {...rest} onClick={onClick}>
        {action.label}
      </Button>
    )
  }
  return (
    <Tooltip title={action.why_text}>
      <Button
        {...rest}
        type="default"
        danger={false}
        aria-disabled
        className={css.off ?? ''}
        aria-description={action.why_text}
        onClick={(event) => event.preventDefault()}
      >
        {action.label}
      </Button>
    </Tooltip>
  )
}

/** One of a case's actions, if the reader has it at all. */
export const actionOf = (item: { actions: readonly Action[] }, name: string): Action | undefined =>
  item.actions.find((action) => action.name === name)
