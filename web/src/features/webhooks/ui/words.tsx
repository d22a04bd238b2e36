import type { Tried } from '../api/webhooks'
import { useText } from '../messages'

const known = ['case.changed', 'conversation.changed', 'message.sent', 'message.changed', 'ping']

/** A topic in words; one that these pages do not know yet by its code. */
export const topicName = (topic: string, say: ReturnType<typeof useText>): string =>
  known.includes(topic) ? say(`topic.${topic.replace('.', '_') as 'ping'}`) : topic

/** How a try went: what came back, how long it took, or why nothing did. */
export function Outcome({ tried }: { tried: Tried }) {
  const say = useText()
  return [
    say(tried.problem ? `problem.${tried.problem}` : 'taken'),
    tried.status !== undefined ? `HTTP ${tried.status}` : '',
    say('took', { ms: tried.took_ms }),
  ]
    .filter(Boolean)
    .join(' · ')
}
