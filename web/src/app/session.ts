import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { api, isProblem, sending, take } from '@/shared/api'
import type { Person } from './feature'

/** Who is signed in; null: nobody. */
export const personQuery = queryOptions({
  queryKey: ['me'],
  staleTime: Infinity,
  queryFn: async (): Promise<Person | null> => {
    try {
      return await take(api.GET('/v1/me', { fetch: sending({ quiet: true }) }))
    } catch (error) {
      if (isProblem(error, 'sign_in_required')) return null
      throw error
    }
  },
})

/** Who is signed in. Only on pages that need a sign-in, which is all but the open ones. */
export function useMe(): Person {
  const { data } = useSuspenseQuery(personQuery)
  if (!data) throw new Error('this page is for those who are signed in')
  return data
}

/** The same where nobody may be. */
export const useMaybeMe = (): Person | null => useQuery(personQuery).data ?? null
