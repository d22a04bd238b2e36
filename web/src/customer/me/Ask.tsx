import type { ReactNode } from 'react'
import { Button, Sheet, WentWrong } from '../ui'
import { useAct } from './useAct'

/** Asks once more before something that is not easily undone. */
export function Ask({
  title,
  lead,
  go,
  keep,
  work,
  onDone,
  onClose,
  children,
}: {
  title: string
  lead?: ReactNode
  go: string
  keep: string
  work: () => Promise<unknown>
  /** Where it goes on; else it closes. */
  onDone?: () => void
  onClose: () => void
  children?: ReactNode
}) {
  const { run, busy, error } = useAct()
  return (
    <Sheet
      title={title}
      lead={lead}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{keep}</Button>
          <Button
            kind="danger"
            busy={busy}
            onClick={() =>
              void run(work).then((done) => {
                if (done) (onDone ?? onClose)()
              })
            }
          >
            {go}
          </Button>
        </>
      }
    >
      {children}
      <WentWrong error={error} />
    </Sheet>
  )
}
