import { useQuery } from '@tanstack/react-query'
import { useMe } from '@/app/session'
import { api, take } from '@/shared/api'
import { shortOf } from '../model/inbox'

/** What colleagues are called: by name for those who may know it, else by the end of their ID. */
export function useNames(): (id: string) => string {
  const me = useMe()
  const { data } = useQuery({
    queryKey: ['people', 'names'],
    enabled: me.role === 'supervisor' || me.role === 'operator',
    staleTime: 5 * 60_000,
    queryFn: async ({ signal }) => {
      const { items } = await take(api.GET('/v1/staff', { params: { query: { limit: 100 } }, signal }))
      return new Map(items.map((one) => [one.id, one.name]))
    },
  })
  return (id) => data?.get(id) ?? `#${shortOf(id)}`
}
