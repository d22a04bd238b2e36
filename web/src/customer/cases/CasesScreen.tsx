import { useQueries } from '@tanstack/react-query'
import { api, take } from '@/shared/api'
import { useText } from '../messages'
import { useOrders } from '../orders/queries'
import { Screen } from '../shell/Screen'
import { Button, Empty, Failure, LinkButton, Skeleton } from '../ui'
import { CaseRow } from './CaseRow'
import { byUrgency, type CaseHead, useClosedCases, useOpenCases } from './queries'

/** One's requests: those under way with whose turn it is and until when, then those that are over. */
export default function CasesScreen() {
  const t = useText()
  const open = useOpenCases()
  const closed = useClosedCases()
  const over = closed.data?.pages.flatMap((page) => page.items) ?? []
  const running = byUrgency(open.data ?? [])
  const goods = useGoods([...running, ...over])
  return (
    <Screen title={t('cases.title')} busy={open.isFetching}>
      {open.isPending ? (
        <Skeleton />
      ) : open.isError && !open.data ? (
        <Failure error={open.error} onRetry={() => void open.refetch()} />
      ) : running.length === 0 && over.length === 0 && !closed.isPending ? (
        <Empty
          icon="cases"
          title={t('cases.none')}
          action={
            <LinkButton kind="primary" to="/">
              {t('cases.toOrders')}
            </LinkButton>
          }
        >
          {t('cases.noneText')}
        </Empty>
      ) : (
        <div className="stack wide">
          {running.length > 0 && (
            <section aria-labelledby="running">
              <h2 className="section-title" id="running">
                {t('cases.open', { count: running.length })}
              </h2>
              <div className="card rows">
                {running.map((one) => (
                  <CaseRow key={one.id} one={one} goods={goods(one.order_id)} />
                ))}
              </div>
            </section>
          )}
          {over.length > 0 && (
            <section aria-labelledby="over">
              <h2 className="section-title" id="over">
                {t('cases.closed')}
              </h2>
              <div className="card rows">
                {over.map((one) => (
                  <CaseRow key={one.id} one={one} goods={goods(one.order_id)} />
                ))}
              </div>
              {closed.hasNextPage && (
                <p className="more">
                  <Button wide busy={closed.isFetchingNextPage} onClick={() => void closed.fetchNextPage()}>
                    {t('ui.loadMore')}
                  </Button>
                </p>
              )}
            </section>
          )}
        </div>
      )}
    </Screen>
  )
}

/** What the orders of these cases are about, in a few words; those not in the list of orders are asked for one by one. */
function useGoods(cases: readonly CaseHead[]): (orderID: string) => string | undefined {
  const listed = useOrders().data?.pages.flatMap((page) => page.items)
  const known = new Map(listed?.map((order) => [order.id, order]))
  const missing = listed ? [...new Set(cases.map((one) => one.order_id))].filter((id) => !known.has(id)) : []
  const asked = useQueries({
    queries: missing.map((id) => ({
      queryKey: ['order', id],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        take(api.GET('/v1/orders/{id}', { signal, params: { path: { id } } })),
    })),
  })
  for (const one of asked) if (one.data) known.set(one.data.id, one.data)
  return (id) =>
    known
      .get(id)
      ?.lines.map((line) => line.title)
      .join('、')
}
