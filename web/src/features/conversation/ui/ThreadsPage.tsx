import { Button } from 'antd'
import { useKey } from '@/app/keys'
import { useMe } from '@/app/session'
import { useView } from '@/app/view'
import { useTalk } from '@/shared/chat/useTalk'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { useChats } from '../api/chats'
import { useText } from '../messages'
import { neighbour } from '../model/inbox'
import { CaseCard } from './cards'
import css from './chats.module.css'
import { Conversation } from './Conversation'
import { nameOf, RowOf } from './Row'

/** A shop's threads with the platform, and nothing else: each is about a case of its own. */
export default function ThreadsPage() {
  const say = useText()
  const [view, change] = useView('c')
  const chats = useChats({})
  const rows = chats.data?.pages.flatMap((page) => page.items) ?? []
  const open = (id: string | undefined) => change({ c: id }, view.c ? 'replace' : 'push')
  const move = (by: 1 | -1) => {
    const next = neighbour(rows, view.c, by)
    if (next) open(next.id)
  }
  useKey('j', say('keys.next'), () => move(1), { group: say('keys.group') })
  useKey('k', say('keys.previous'), () => move(-1), { group: say('keys.group') })
  return (
    <div className={css.bench} data-open={view.c !== undefined || undefined}>
      <section className={css.inbox} aria-label={say('threads.title')}>
        <h1 className={css.title}>{say('threads.title')}</h1>
        {chats.isPending ? (
          <Loading />
        ) : chats.isError && rows.length === 0 ? (
          <Failure error={chats.error} retry={() => void chats.refetch()} />
        ) : rows.length === 0 ? (
          <Empty title={say('threads.none')} text={say('threads.pickText')} />
        ) : (
          <ul className={css.rows} aria-label={say('threads.title')}>
            {rows.map((one) => (
              <li key={one.id}>
                <RowOf one={one} chosen={one.id === view.c} onOpen={() => open(one.id)} />
              </li>
            ))}
            {chats.hasNextPage && (
              <li className={css.foot}>
                <Button block loading={chats.isFetchingNextPage} onClick={() => void chats.fetchNextPage()}>
                  {say('more')}
                </Button>
              </li>
            )}
          </ul>
        )}
      </section>
      {view.c ? (
        <ThreadPane key={view.c} id={view.c} onBack={() => change({ c: undefined })} />
      ) : (
        <section className={css.none}>
          <Empty title={say('threads.pick')} text={say('threads.pickText')} />
        </section>
      )}
    </div>
  )
}

function ThreadPane({ id, onBack }: { id: string; onBack: () => void }) {
  const say = useText()
  const me = useMe()
  const { talk, state, type } = useTalk(me, id)
  const { view } = state
  if (!view)
    return (
      <section className={css.pane}>
        {state.error ? <Failure error={state.error} retry={() => void talk.refresh()} /> : <Loading />}
      </section>
    )
  return (
    <section className={css.pane} aria-label={nameOf(view, say)}>
      <header className={css.head}>
        <Button className={css.back ?? ''} type="text" onClick={onBack} aria-label={say('back')}>
          ←
        </Button>
        <h2>{nameOf(view, say)}</h2>
      </header>
      {view.about_kind === 'case' && view.about_id && (
        <div className={css.about}>
          <CaseCard id={view.about_id} />
        </div>
      )}
      <Conversation talk={talk} state={state} type={type} to="merchant" />
    </section>
  )
}
