import { QueryClient } from '@tanstack/react-query'

/** What the server told. Requests repeat themselves (shared/api), so a query that failed has failed. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: false, staleTime: 10_000, gcTime: 30 * 60_000, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
})
