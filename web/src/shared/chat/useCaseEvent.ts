import { useQuery } from '@tanstack/react-query'
import { api, type Schemas, take } from '@/shared/api'
import { language } from '@/shared/language'
import type { Message } from './log'
import { useText } from './messages'

const pageSize = 50

/** What happened in a case, in the reader's words: the message says which entry of its timeline it is. */
export function useCaseEvent({ content }: Message): string {
  const say = useText()
  const { case_id: id = '', data } = content
  const seq = typeof data?.['seq'] === 'number' ? data['seq'] : 0
  const after = Math.max(0, Math.floor((seq - 1) / pageSize) * pageSize)
  const { data: entries } = useQuery({
    queryKey: ['case', id, 'told', language(), after],
    queryFn: async ({ signal }): Promise<readonly Schemas['Entry'][]> =>
      (
        await take(
          api.GET('/v1/cases/{id}/timeline', { signal, params: { path: { id }, query: { after_seq: after } } }),
        )
      ).items,
    enabled: id !== '' && seq > 0,
    // What happens later is asked for when a message tells of it.
    refetchInterval: ({ state }) =>
      state.data && !state.data.some((one) => one.seq === seq) && state.dataUpdateCount < 4 ? 700 : false,
  })
  return entries?.find((one) => one.seq === seq)?.text ?? say('caseMoved')
}
