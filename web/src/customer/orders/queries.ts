import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, type Schemas, take } from '@/shared/api'
import { queries } from '../query'

export type Order = Schemas['Order']
export type OrderLine = Schemas['OrderLine']
export type Kind = Schemas['Open']['kind']

export const kinds: readonly Kind[] = ['return', 'exchange', 'refund_only', 'repair', 'price_protection', 'complaint']
export const isKind = (value: string): value is Kind => (kinds as readonly string[]).includes(value)

export const useOrders = () =>
  useInfiniteQuery({
    queryKey: ['orders'],
    queryFn: ({ signal, pageParam }) =>
      take(
        api.GET('/v1/orders', {
          signal,
          params: { query: { limit: 20, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })

const orderQuery = (id: string) => ({
  queryKey: ['order', id],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    take(api.GET('/v1/orders/{id}', { signal, params: { path: { id } } })),
})

/** One order, with what can be asked for. Until it is there, what the list of orders told of it. */
export const useOrder = (id: string) => useQuery({ ...orderQuery(id), placeholderData: () => listed(id) })

function listed(id: string): Order | undefined {
  const all = queries.getQueryData<{ pages: { items: Order[] }[] }>(['orders'])
  return all?.pages.flatMap((page) => page.items).find((one) => one.id === id)
}

/** Where the parcel is. */
export type OrderState = 'paid' | 'shipped' | 'signed' | 'confirmed'
export const stateOf = (order: Order): OrderState =>
  order.confirmed_at ? 'confirmed' : order.signed_at ? 'signed' : order.shipped_at ? 'shipped' : 'paid'

/** What one article is, beside its name: colour and size. */
export const variantOf = (line: Pick<OrderLine, 'colour' | 'size'>): string =>
  [line.colour, line.size].filter(Boolean).join(' · ')
