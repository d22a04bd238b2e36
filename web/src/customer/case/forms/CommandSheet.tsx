import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { fen, formatMoney } from '@/shared/money'
import { formatMoment } from '@/shared/time'
import { Button, Notice, Sheet, toast, WentWrong } from '../../ui'
import { type CommandName, type Content, useCommand } from '../commands'
import { useText } from '../messages'
import type { Change } from '@/shared/case/change'
import type { Case } from '../queries'

/**
 * The sheet of one command: what it is, what follows from it, what must be filled in, and the button that does it. What is wrong, and
 * what changed meanwhile, stands above the button.
 */
export function CommandSheet<N extends CommandName>({
  one,
  name,
  title,
  lead,
  confirm,
  cancel,
  danger = false,
  done,
  content,
  onClose,
  children,
}: {
  one: Case
  name: N
  title: string
  lead?: ReactNode
  confirm: ReactNode
  cancel?: ReactNode
  danger?: boolean
  /** Said shortly when it is done. */
  done?: string
  /** What to send, or in words what is missing. */
  content: () => Content<N> | string
  onClose: () => void
  children?: ReactNode
}) {
  const t = useText()
  const form = useId()
  const { send, busy, error, changed, looked } = useCommand(one, name)
  const [lack, setLack] = useState<string | null>(null)
  const consequence = one.actions.find((action) => action.name === name)?.consequence
  const submit = async (event: { preventDefault: () => void }) => {
    event.preventDefault()
    if (changed) return
    const sent = content()
    if (typeof sent === 'string') return setLack(sent)
    setLack(null)
    if ((await send(sent)) === null) return
    if (done !== undefined) toast(done)
    onClose()
  }
  return (
    <Sheet
      title={title}
      lead={lead}
      onClose={busy ? () => undefined : onClose}
      foot={
        changed ? (
          <Button kind="primary" wide onClick={looked}>
            {t('changed.ok')}
          </Button>
        ) : (
          <>
            {cancel !== undefined && <Button onClick={onClose}>{cancel}</Button>}
            <Button type="submit" form={form} kind={danger ? 'danger' : 'primary'} busy={busy}>
              {confirm}
            </Button>
          </>
        )
      }
    >
      <form id={form} className="form" onSubmit={(event) => void submit(event)} noValidate>
        {consequence !== undefined && <Notice tone={danger ? 'act' : 'quiet'}>{consequence}</Notice>}
        {children}
        {lack !== null && <Notice tone="bad">{lack}</Notice>}
        <WentWrong error={error} />
        {changed && <Changed changes={changed} />}
      </form>
    </Sheet>
  )
}

/** What is different from when the person looked. */
function Changed({ changes }: { changes: readonly Change[] }) {
  const t = useText()
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    place.current?.scrollIntoView({ block: 'nearest' }) // returns a promise in newer browsers: no clean-up
  }, [])
  return (
    <div ref={place} role="status">
      <Notice tone="act" title={t('changed.title')}>
        <ul className="changes">
          {changes.map((change) => (
            <li key={change.what}>{wordsOf(t, change)}</li>
          ))}
        </ul>
        <p>{t('changed.kept')}</p>
      </Notice>
    </div>
  )
}

function wordsOf(t: ReturnType<typeof useText>, change: Change): string {
  const amount = (minor: number | null) => (minor === null ? t('changed.none') : formatMoney(fen(minor)))
  const moment = (time: string | null) => (time === null ? t('changed.none') : formatMoment(time))
  switch (change.what) {
    case 'stage':
      return t('changed.stage', { before: change.before, now: change.now })
    case 'outcome':
      return t('changed.outcome', { now: change.now })
    case 'due':
      return t('changed.due', { before: moment(change.before), now: moment(change.now) })
    case 'answer':
      return t('changed.answer')
    case 'other':
    case 'proposal': // the platform's own
      return t('changed.other')
    default:
      return t(`changed.${change.what}`, { before: amount(change.before), now: amount(change.now) })
  }
}
