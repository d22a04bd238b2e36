import { QueryClient } from '@tanstack/react-query'
import { Cancelled, Problem } from '@/shared/api'
import { onLanguage } from '@/shared/i18n'

/** What the server said, kept. Sending repeats what may be repeated by itself, so nothing is tried again here. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: false,
      throwOnError: false,
      refetchOnWindowFocus: true,
    },
    mutations: { retry: false },
  },
})

// Sentences from the server come in the language that was asked for.
onLanguage(() => void queries.invalidateQueries())

/** Failures that a page shows as a whole: what is asked for is not there, or not for this person. */
export const isMissing = (error: unknown) => error instanceof Problem && [404, 410].includes(error.status)
export const isCancelled = (error: unknown) => error instanceof Cancelled
