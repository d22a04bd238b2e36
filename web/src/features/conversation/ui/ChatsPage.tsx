import { useKey } from '@/app/keys'
import { useMe } from '@/app/session'
import { useView } from '@/app/view'
import { Empty } from '@/ui/Empty'
import { useText } from '../messages'
import { viewOf } from '../model/inbox'
import css from './chats.module.css'
import { Inbox } from './Inbox'
import { Pane } from './Pane'

/** The workbench: who waits and what one has, the conversation, and all that is known beside it. */
export default function ChatsPage() {
  const say = useText()
  const me = useMe()
  const [view, change] = useView('view', 'c', 'to', 'side')
  const shown = view.view === 'search' ? 'search' : viewOf(me.role, view.view)
  const open = (id: string | undefined) => change({ c: id, to: undefined }, view.c ? 'replace' : 'push')
  useKey('/', say('keys.search'), () => change({ view: 'search' }), { group: say('keys.group') })
  return (
    <div
      className={css.bench}
      data-open={view.c !== undefined || undefined}
      data-side={view.side !== 'no' || undefined}
    >
      <h1 className="unseen">{say('title')}</h1>
      <Inbox view={shown} chosen={view.c} onView={(next) => change({ view: next })} onOpen={open} />
      {view.c ? (
        <Pane
          key={view.c}
          id={view.c}
          to={view.to}
          side={view.side !== 'no'}
          onTo={(to) => change({ to })}
          onSide={() => change({ side: view.side === 'no' ? undefined : 'no' })}
          onMine={() => change({ view: 'mine' })}
          onBack={() => change({ c: undefined, to: undefined })}
        />
      ) : (
        <section className={css.none}>
          <Empty title={say('empty.pick')} text={say('empty.pickText')} />
        </section>
      )}
    </div>
  )
}
