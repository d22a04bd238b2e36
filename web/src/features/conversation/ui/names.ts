import { useMe } from '@/app/session'
import { useWorkmates } from '../api/tools'
import { shortOf } from '../model/inbox'

/** What colleagues are called; those of other teams by the end of their ID. */
export function useNames(): (id: string) => string {
  const me = useMe()
  const { data } = useWorkmates(me.role !== 'merchant')
  return (id) => data?.find((one) => one.id === id)?.name ?? `#${shortOf(id)}`
}
