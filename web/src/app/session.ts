import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { api, sending, take } from '@/shared/api'
import type { Person } from './feature'

/** Who is signed in; null: nobody. */
export const personQuery = queryOptions({
  queryKey: ['me'],
  staleTime: Infinity,
  queryFn: async (): Promise<Person | null> =>
    (await take(api.GET('/v1/session', { fetch: sending({ quiet: true }) }))).person ?? null,
})

/** Who is signed in. Only on pages that need a sign-in, which is all but the open ones. */
export function useMe(): Person {
  const { data } = useSuspenseQuery(personQuery)
  if (!data) throw new Error('this page is for those who are signed in')
  return data
}

/** The same where nobody may be. */
export const useMaybeMe = (): Person | null => useQuery(personQuery).data ?? null
