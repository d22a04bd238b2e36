import { Button, Input } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { Popover } from '@/app/Popover'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { useCommand } from '@/ui/useCommand'
import { Wrong } from '@/ui/Wrong'
import { removeView, saveView, useRefreshViews, useViews } from '../api/views'
import { useText } from '../messages'
import { filterOf, isAt, type Place, placeOf, type SavedView } from '../model/views'
import css from './views.module.css'

interface Props {
  /** What the list is narrowed by now. */
  place: Place
  onGo: (place: ReturnType<typeof placeOf>) => void
}

/** One's own named sets of filters: to go to, to keep what is shown now under a name, to forget. */
export function SavedViews({ place, onGo }: Props) {
  const say = useText()
  const all = useViews()
  const here = all.data?.find((view) => isAt(view, place))
  return (
    <Popover
      label={say('views.title')}
      width={320}
      className={css.opener}
      button={
        <>
          <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
            <path d="M4 2.5h8v11L8 10.5l-4 3z" fill={here ? 'currentColor' : 'none'} stroke="currentColor" />
          </svg>
          {here?.name ?? say('views.title')}
        </>
      }
    >
      {(close) => (
        <div className={css.panel}>
          {all.isError && !all.data && <Failure error={all.error} retry={() => void all.refetch()} />}
          {all.data?.length === 0 && <Empty title={say('views.none')} text={say('views.noneText')} />}
          {all.data && all.data.length > 0 && (
            <ul className={css.list}>
              {all.data.map((view) => (
                <Line
                  key={view.id}
                  view={view}
                  here={view === here}
                  onGo={() => {
                    onGo(placeOf(view.filter))
                    close()
                  }}
                />
              ))}
            </ul>
          )}
          <Keep key={here?.id ?? 'new'} place={place} name={here?.name ?? ''} onKept={close} />
        </div>
      )}
    </Popover>
  )
}

function Line({ view, here, onGo }: { view: SavedView; here: boolean; onGo: () => void }) {
  const say = useText()
  const refresh = useRefreshViews()
  const { run, busy, error } = useCommand({ send: () => removeView(view.id), onDone: () => void refresh() })
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

/** Keeps what is shown now under a name; a view that has it is replaced. */
function Keep({ place, name: given, onKept }: { place: Place; name: string; onKept: () => void }) {
  const say = useText()
  const refresh = useRefreshViews()
  const [name, setName] = useState(given)
  const { run, busy, error } = useCommand({
    send: saveView,
    onDone: () => {
      void refresh()
      onKept()
    },
  })
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    if (name.trim()) void run({ name: name.trim(), filter: filterOf(place) })
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
