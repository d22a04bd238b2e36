import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, type Schemas, sending, type StepUpAbout, take } from '@/shared/api'

export type Overview = Schemas['Overview']
export type PartnerHealth = Schemas['PartnerHealth']
export type LedgerLine = Schemas['LedgerLine']
export type Discrepancy = Schemas['Discrepancy']
export type Keys = Schemas['Keys']

/** How things stand; counted at most every two seconds, asked for every ten. */
export const useOverview = () =>
  useQuery({
    queryKey: ['operation', 'overview'],
    queryFn: ({ signal }) => take(api.GET('/v1/overview', { signal })),
    refetchInterval: 10_000,
  })

export const usePartners = () =>
  useQuery({
    queryKey: ['operation', 'partners'],
    queryFn: async ({ signal }) => (await take(api.GET('/v1/partner-health', { signal }))).items,
    refetchInterval: 10_000,
  })

const paged = (cursor: string) => ({ query: cursor ? { cursor } : {} })

/** The sandbox's ledger beside ours; `not_found` where real gateways are configured. */
export const useLedger = () =>
  useInfiniteQuery({
    queryKey: ['operation', 'ledger'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => take(api.GET('/v1/sandbox/ledger', { params: paged(pageParam), signal })),
    getNextPageParam: (page) => page.next,
  })

export const useDiscrepancies = () =>
  useInfiniteQuery({
    queryKey: ['operation', 'discrepancies'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => take(api.GET('/v1/discrepancies', { params: paged(pageParam), signal })),
    getNextPageParam: (page) => page.next,
  })

export const reconcile = (key: string) =>
  take(api.POST('/v1/reconcile', { params: { header: { 'Idempotency-Key': key } }, body: {} }))

/** Asked for often while a job that goes through all keys is under way. */
export const useKeys = () =>
  useQuery({
    queryKey: ['operation', 'keys'],
    queryFn: ({ signal }) => take(api.GET('/v1/keys', { signal })),
    refetchInterval: (query) => (query.state.data?.jobs.some((job) => !job.ended_at) ? 2_000 : 30_000),
  })

export const rotateKeys = (body: Schemas['KeysRotate'], key: string, about: StepUpAbout) =>
  take(
    api.POST('/v1/keys/rotate', {
      params: { header: { 'Idempotency-Key': key } },
      body,
      fetch: sending({ about }),
    }),
  )
