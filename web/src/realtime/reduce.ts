import type { News } from './news'

/** The beginning of a query's key: what it names is out of date. */
export type Stale = readonly string[]

/** What is known here of a case: the sequence number of its last change. */
export type Known = (caseID: string) => number | undefined

/** What a person's lists are made of. */
export const lists: readonly Stale[] = [
  ['cases'],
  ['tasks'],
  ['approvals'],
  ['notifications'],
  ['orders'],
  ['order'],
  ['conversations'],
  ['transfers'],
]

/** What news makes out of date. `known` is what the cache holds of a case: a change that it has already is no news of the case. */
export function reduce(news: News, known: Known): readonly Stale[] {
  switch (news.type) {
    case 'case.changed': {
      const stale: Stale[] = [['cases'], ['approvals'], ['orders'], ['order']]
      if (news.tasks) stale.push(['tasks'])
      const have = known(news.id)
      if (news.seq === undefined || have === undefined || have < news.seq) stale.unshift(['case', news.id])
      return stale
    }
    case 'case.assigned':
      return [['case', news.id], ['cases'], ['tasks'], ['approvals']]
    case 'shop.moved':
      return [['case'], ['cases'], ['tasks'], ['approvals'], ['shops']]
    case 'notification.new':
      return [['notifications']]
    case 'message.sent':
    case 'message.changed':
    case 'conversation.marked':
    case 'conversation.changed':
      return [['conversations']] // what is said in one its own page asks for (shared/chat)
    case 'transfer.asked':
    case 'transfer.answered':
      return [['transfers'], ['conversations']]
  }
}

/** What may be out of date when a channel was not heard for a while: what it would have told of. */
export function missed(channel: string): readonly Stale[] {
  const [word, id] = channel.split(':', 2)
  if (word === 'conversation') return []
  return word === 'case' && id !== undefined ? [['case', id]] : lists
}

/** How much is remembered of what was told. */
const memory = 500

/** Tells news that came before: the same change is told in every channel that it is for. */
export function seenBefore(): (news: News) => boolean {
  const seen = new Set<string>()
  return (news) => {
    const { type, id, seq, revision, kind, at } = news as News & { seq?: number; revision?: number; kind?: string }
    const name = [type, id, seq, revision, kind, at].join('|')
    if (seen.has(name)) return true
    seen.add(name)
    if (seen.size > memory) for (const oldest of seen) return seen.delete(oldest) && false
    return false
  }
}
