import { type ReactNode, useId } from 'react'
import { Button, Notice, Sheet, WentWrong } from '../ui'

interface Props {
  title: string
  lead: string
  save: string
  busy: boolean
  /** What is missing before it can be saved, in words. */
  lack: string | null
  error: unknown
  onSave: () => void
  onClose: () => void
  children: ReactNode
}

/** A few fields that are saved together; what is wrong with them stands below. */
export function FormSheet({ title, lead, save, busy, lack, error, onSave, onClose, children }: Props) {
  const form = useId()
  return (
    <Sheet
      title={title}
      lead={lead}
      onClose={onClose}
      foot={
        <Button type="submit" form={form} kind="primary" wide busy={busy}>
          {save}
        </Button>
      }
    >
      <form
        id={form}
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          onSave()
        }}
      >
        {children}
        {lack !== null && <Notice tone="bad">{lack}</Notice>}
        <WentWrong error={error} />
      </form>
    </Sheet>
  )
}
