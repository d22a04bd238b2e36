import { useQueryClient } from '@tanstack/react-query'
import { fen, formatMoney } from '@/shared/money'
import { formatAgo, formatMoment, useNow } from '@/shared/time'
import { Link } from '../shell/Link'
import { Screen } from '../shell/Screen'
import { Button, Empty, Failure, Icon, Skeleton, WentWrong } from '../ui'
import './me.css'
import { useText } from './messages'
import { markRead, type News, useNewsList } from './news'
import { useAct } from './useAct'

/** What happened in one's matters, the newest first; what was not read stands out. */
export default function NewsScreen() {
  const t = useText()
  const client = useQueryClient()
  const news = useNewsList()
  const { run, busy, error } = useAct()
  const all = news.data?.pages.flatMap((page) => page.items) ?? []
  const unread = all.filter((one) => !one.read_at)
  return (
    <Screen title={t('news.title')} backTo="/me" busy={news.isFetching && !news.data}>
      {news.isError && !news.data ? (
        <Failure error={news.error} onRetry={() => void news.refetch()} />
      ) : !news.data ? (
        <Skeleton />
      ) : all.length === 0 ? (
        <Empty icon="bell" title={t('news.none')}>
          {t('news.noneText')}
        </Empty>
      ) : (
        <div className="stack">
          {unread.length > 0 && (
            <div className="me-head">
              <p className="row-note figures">
                {t('news.unreadCount', { count: news.data.pages[0]?.unread ?? unread.length })}
              </p>
              <Button
                className="small"
                busy={busy}
                onClick={() =>
                  void run(() =>
                    markRead(
                      client,
                      unread.map((one) => one.id),
                    ),
                  )
                }
              >
                {t('news.allRead')}
              </Button>
            </div>
          )}
          <WentWrong error={error} />
          <ul className="card rows">
            {all.map((one) => (
              <li key={one.id}>
                <Item one={one} onRead={() => void markRead(client, [one.id]).catch(() => undefined)} />
              </li>
            ))}
          </ul>
          {news.hasNextPage && (
            <Button wide busy={news.isFetchingNextPage} onClick={() => void news.fetchNextPage()}>
              {t('news.more')}
            </Button>
          )}
        </div>
      )}
    </Screen>
  )
}

function Item({ one, onRead }: { one: News; onRead: () => void }) {
  const t = useText()
  const now = useNow()
  const amount = one.data['amount']
  const words = (
    <>
      <span className={one.read_at ? 'news-dot read' : 'news-dot'}>
        {!one.read_at && <span className="unseen">{t('news.unread')}</span>}
      </span>
      <span className="row-words">
        <span className={one.read_at ? 'row-title' : 'row-title fresh'}>
          {one.text}
          {typeof amount === 'number' && amount > 0 && <span className="figures"> {formatMoney(fen(amount))}</span>}
        </span>
        <time className="row-note figures" dateTime={one.at} title={formatMoment(one.at)}>
          {formatAgo(one.at, now)}
        </time>
      </span>
    </>
  )
  if (one.subject_kind !== 'case')
    return (
      <button type="button" className="row" onClick={onRead}>
        {words}
      </button>
    )
  return (
    <Link to={`/cases/${one.subject_id}`} className="row" onClick={() => !one.read_at && onRead()}>
      {words}
      <Icon name="next" size={18} />
    </Link>
  )
}
