import { useKey } from '@/app/keys'
import { useMe } from '@/app/session'
import { useView } from '@/app/view'
import { CaseDrawer } from '@/features/case/parts'
import { Empty } from '@/ui/Empty'
import { useWide } from '@/ui/useWide'
import { useText } from '../messages'
import { viewOf } from '../model/inbox'
import css from './chats.module.css'
import { Inbox } from './Inbox'
import { Pane } from './Pane'

/** The workbench: who waits and what one has, the conversation, and all that is known beside it. */
export default function ChatsPage() {
  const say = useText()
  const me = useMe()
  const [view, change] = useView('view', 'q', 'c', 'to', 'side', 'case')
  const shown = viewOf(me.role, view.view)
  // Beside the conversation where there is room for it, over it where there is not.
  const wide = useWide(1181)
  const side = view.side ? view.side === 'yes' : wide
  const open = (id: string | undefined) =>
    change({ c: id, to: undefined, case: undefined }, view.c ? 'replace' : 'push')
  useKey('/', say('keys.search'), () => change({ view: 'search' }), { group: say('keys.group') })
  return (
    <div className={css.bench} data-open={view.c !== undefined || undefined} data-side={side || undefined}>
      <h1 className="unseen">{say('title')}</h1>
      <Inbox
        view={shown}
        query={view.q ?? ''}
        chosen={view.c}
        onView={(next, query) => change({ view: next, q: query })}
        onOpen={open}
      />
      {view.c ? (
        <Pane
          key={view.c}
          id={view.c}
          to={view.to}
          side={side}
          onTo={(to) => change({ to })}
          onSide={() => change({ side: side ? 'no' : 'yes' })}
          onCase={(id) => change({ case: id }, 'push')}
          onMine={() => change({ view: 'mine' })}
          onBack={() => change({ c: undefined, to: undefined })}
        />
      ) : (
        <section className={css.none}>
          <Empty title={say('empty.pick')} text={say('empty.pickText')} />
        </section>
      )}
      {view.case && <CaseDrawer id={view.case} onClose={() => change({ case: undefined })} />}
    </div>
  )
}
