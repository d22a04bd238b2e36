import { formatMoment } from '@/shared/time'
import { Link } from '../shell/Link'
import { Screen } from '../shell/Screen'
import { Button, Empty, Failure, Icon, LinkButton, Skeleton } from '../ui'
import { useText as useAppText } from '../messages'
import './chat.css'
import { useText } from './messages'
import { type Head, useChats } from './queries'

/** One's conversations, the last written in first. */
export default function ChatsScreen() {
  const t = useText()
  const app = useAppText()
  const chats = useChats()
  const all = chats.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Screen title={t('list.title')} backTo="/chat" busy={chats.isFetching}>
      {chats.isPending ? (
        <Skeleton />
      ) : chats.isError && all.length === 0 ? (
        <Failure error={chats.error} onRetry={() => void chats.refetch()} />
      ) : all.length === 0 ? (
        <Empty
          icon="chat"
          title={t('list.none')}
          action={
            <LinkButton kind="primary" to="/chat">
              {t('begin')}
            </LinkButton>
          }
        >
          {t('list.noneText')}
        </Empty>
      ) : (
        <div className="stack">
          <div className="card rows">
            {all.map((one) => (
              <Row key={one.id} one={one} />
            ))}
          </div>
          {chats.hasNextPage && (
            <Button wide busy={chats.isFetchingNextPage} onClick={() => void chats.fetchNextPage()}>
              {app('ui.loadMore')}
            </Button>
          )}
        </div>
      )}
    </Screen>
  )
}

function Row({ one }: { one: Head }) {
  const t = useText()
  const { last } = one
  const said = !last
    ? t('list.nothing')
    : last.recalled_at
      ? t('list.recalled')
      : (last.content.text ?? t(`list.${last.kind as 'picture'}`))
  return (
    <Link to={`/chat/${one.id}`} className="row">
      <span className="row-icon">
        <Icon name="chat" size={22} />
      </span>
      <span className="row-words">
        <span className="case-head">
          <span className="row-title figures">{formatMoment(one.last_at)}</span>
          <span className={one.state === 'closed' ? 'tag' : 'tag wait'}>
            {t(one.state === 'closed' ? 'list.closed' : 'list.open')}
          </span>
        </span>
        <span className="row-note chat-last">{said}</span>
      </span>
      {one.unread > 0 && one.state !== 'closed' && (
        <span className="chat-unread figures">
          {one.unread}
          <span className="unseen">{t('list.unread', { count: one.unread })}</span>
        </span>
      )}
      <Icon name="next" size={18} />
    </Link>
  )
}
