import { StatusTag } from '@/ui/StatusTag'
import type { Colleague } from '../api/people'
import { useText } from '../messages'

const tones = { active: 'good', invited: 'wait', inactive: 'quiet' } as const

export function Status({ one }: { one: Pick<Colleague, 'status'> }) {
  const say = useText()
  return <StatusTag tone={tones[one.status]}>{say(`status.${one.status}`)}</StatusTag>
}
