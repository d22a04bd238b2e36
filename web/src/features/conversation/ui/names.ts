import { useMe } from '@/app/session'
import { useWorkmates } from '../api/tools'
import { shortOf } from '../model/inbox'

/** What colleagues of one's team are called; undefined for others. */
export function useKnownNames(): (id: string) => string | undefined {
  const me = useMe()
  const { data } = useWorkmates(me.role !== 'merchant')
  return (id) => data?.find((one) => one.id === id)?.name
}

/** What colleagues are called; those of other teams by the end of their ID. */
export function useNames(): (id: string) => string {
  const known = useKnownNames()
  return (id) => known(id) ?? `#${shortOf(id)}`
}
