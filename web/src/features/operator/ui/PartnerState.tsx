import { StatusTag } from '@/ui/StatusTag'
import type { PartnerHealth } from '../api/standing'
import { useText } from '../messages'

const tones = { up: 'good', failing: 'act', down: 'bad', unknown: 'quiet' } as const

export function PartnerState({ one }: { one: Pick<PartnerHealth, 'state'> }) {
  const say = useText()
  return <StatusTag tone={tones[one.state]}>{say(`partners.state.${one.state}`)}</StatusTag>
}
