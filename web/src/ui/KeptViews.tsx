import { Button, Input } from 'antd'
import { type ReactNode, type SubmitEvent, useState } from 'react'
import { Empty } from './Empty'
import { Failure } from './Failure'
import css from './KeptViews.module.css'
import { useText } from './messages'
import { useCommand } from './useCommand'
import { Wrong } from './Wrong'

interface Kept {
  id: string
  name: string
}

interface Props<View extends Kept> {
  /** One's own, as a query gives them. */
  all: { data: readonly View[] | undefined; isError: boolean; error: unknown; refetch: () => unknown }
  /** The one that is shown now. */
  here: View | undefined
  onGo: (view: View) => void
  /** Keeps what is shown now under a name. */
  keep: (name: string, key: string) => Promise<unknown>
  remove: (view: View) => Promise<unknown>
  /** Something was kept, or forgotten. */
  onChanged: () => void
  onKept: () => void
}

/** One's own named sets of filters: to go to, to keep what is shown now under a name, to forget. */
export function KeptViews<View extends Kept>({ all, here, onGo, keep, remove, onChanged, onKept }: Props<View>) {
  const say = useText()
  return (
    <div className={css.panel}>
      {all.isError && !all.data && <Failure error={all.error} retry={() => void all.refetch()} />}
      {all.data?.length === 0 && <Empty title={say('views.none')} text={say('views.noneText')} />}
      {all.data && all.data.length > 0 && (
        <ul className={css.list}>
          {all.data.map((view) => (
            <Line
              key={view.id}
              view={view}
              here={view.id === here?.id}
              onGo={() => onGo(view)}
              remove={() => remove(view)}
              onRemoved={onChanged}
            />
          ))}
        </ul>
      )}
      <Keep
        key={here?.id ?? 'new'}
        name={here?.name ?? ''}
        keep={keep}
        onKept={() => {
          onChanged()
          onKept()
        }}
      />
    </div>
  )
}

/** What opens them: the name of the one that is shown. */
export function KeptOpener({ name, here }: { name: ReactNode; here: boolean }) {
  return (
    <>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <path d="M4 2.5h8v11L8 10.5l-4 3z" fill={here ? 'currentColor' : 'none'} stroke="currentColor" />
      </svg>
      {name}
    </>
  )
}

export const openerClass = css.opener

interface LineProps {
  view: Kept
  here: boolean
  onGo: () => void
  remove: () => Promise<unknown>
  onRemoved: () => void
}

function Line({ view, here, onGo, remove, onRemoved }: LineProps) {
  const say = useText()
  const { run, busy, error } = useCommand({ send: remove, onDone: onRemoved })
  return (
    <li>
      <button type="button" className={css.go} aria-current={here || undefined} onClick={onGo}>
        {view.name}
      </button>
      <Button
        type="text"
        size="small"
        aria-label={say('views.remove', { name: view.name })}
        loading={busy}
        onClick={() => void run()}
      >
        ×
      </Button>
      <Wrong error={error} />
    </li>
  )
}

/** Keeps what is shown now under a name. */
function Keep({ name: given, keep, onKept }: { name: string; keep: Props<Kept>['keep']; onKept: () => void }) {
  const say = useText()
  const [name, setName] = useState(given)
  const { run, busy, error } = useCommand<string>({ send: keep, onDone: onKept })
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    if (name.trim()) void run(name.trim())
  }
  return (
    <form className={css.keep} onSubmit={onSubmit} noValidate>
      <Input
        aria-label={say('views.name')}
        placeholder={say('views.name')}
        maxLength={60}
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Button htmlType="submit" type="primary" loading={busy} disabled={!name.trim()}>
        {say('views.save')}
      </Button>
      <Wrong error={error} />
    </form>
  )
}
