import type { ReactNode } from 'react'
import { Button, Notice, Sheet } from '../ui'

interface Props {
  title: string
  lead: string
  /** What one says to leave: that it is kept. */
  done: string
  onClose: () => void
  children: ReactNode
}

/** What is said this once: nothing but saying that it is kept closes it. */
export function OnceSheet({ title, lead, done, onClose, children }: Props) {
  return (
    <Sheet
      title={title}
      foot={
        <Button kind="primary" wide onClick={onClose}>
          {done}
        </Button>
      }
    >
      <div className="form">
        <Notice tone="act">{lead}</Notice>
        {children}
      </div>
    </Sheet>
  )
}
