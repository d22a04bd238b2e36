import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api, type Schemas, take } from '@/shared/api'
import type { Kind } from '../orders/queries'

/** What can be given as a reason for a line, with what stands in the way of each. */
export const useReasons = (kind: Kind, orderID: string, lineID: string | undefined) =>
  useQuery({
    queryKey: ['reasons', kind, orderID, lineID],
    queryFn: async ({ signal }) =>
      (
        await take(
          api.GET('/v1/reasons', {
            signal,
            params: { query: { kind, ...(lineID ? { order_id: orderID, line_id: lineID } : {}) } },
          }),
        )
      ).items,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  })

/** What units of a line could be exchanged for. */
export const useVariants = (orderID: string, lineID: string, quantity: number) =>
  useQuery({
    queryKey: ['variants', orderID, lineID, quantity],
    queryFn: async ({ signal }) =>
      (
        await take(
          api.GET('/v1/orders/{id}/variants', {
            signal,
            params: { path: { id: orderID }, query: { line_id: lineID, quantity } },
          }),
        )
      ).items,
    placeholderData: keepPreviousData,
  })

/** What would come of what was said so far: the amount, who pays the postage, who acts next. */
export const usePreview = (content: Schemas['Open'], enabled: boolean) =>
  useQuery({
    queryKey: ['preview', content],
    queryFn: ({ signal }) => take(api.POST('/v1/case-previews', { signal, body: content })),
    enabled,
    placeholderData: keepPreviousData,
  })

export type Preview = Schemas['Preview']
export type Variant = Schemas['Variant']
