/*
 * What live delivery says: that something changed, never what. Whoever shows it asks the API again, which knows their rights.
 */

interface CaseNews {
  type: 'case.changed' | 'case.assigned'
  id: string
  seq?: number
  tasks?: boolean
  at: string
}

interface OtherNews {
  type: 'notification.new' | 'shop.moved'
  id: string
  kind?: string
  subject?: string
  at: string
}

/** Of a conversation. `kind` is the role of whoever wrote or read; `revision` is the conversation's. */
export interface ChatNews {
  type:
    | 'message.sent'
    | 'message.changed'
    | 'conversation.marked'
    | 'conversation.changed'
    | 'transfer.asked'
    | 'transfer.answered'
  id: string
  seq?: number
  revision?: number
  kind?: string
  stage?: string
  open?: boolean
  at: string
}

export type News = CaseNews | OtherNews | ChatNews

const types: readonly string[] = [
  'case.changed',
  'case.assigned',
  'notification.new',
  'shop.moved',
  'message.sent',
  'message.changed',
  'conversation.marked',
  'conversation.changed',
  'transfer.asked',
  'transfer.answered',
] satisfies News['type'][]

/** Reads a publication. What is not known yet, because the server is newer than the page, is null. */
export function readNews(data: unknown): News | null {
  if (typeof data !== 'object' || data === null) return null
  const { type, id, at } = data as Record<string, unknown>
  return typeof type === 'string' && types.includes(type) && typeof id === 'string' && typeof at === 'string'
    ? (data as News)
    : null
}

/** Who is signed in, as far as it matters here. */
export interface Listener {
  id: string
  role: string
  merchant_id?: string | undefined
  team_id?: string | undefined
}

/** The channels of a person's own lists: cases, tasks, news. */
export function ownChannels(me: Listener): string[] {
  const channels = [`person:${me.id}`]
  if (me.role === 'merchant' && me.merchant_id) channels.push(`shop:${me.merchant_id}`)
  if ((me.role === 'agent' || me.role === 'supervisor') && me.team_id) channels.push(`team:${me.team_id}`)
  if (me.role === 'operator') channels.push('desk')
  return channels
}

export const chatChannel = (id: string): string => `conversation:${id}`

/** Whether somebody says that they type: it has no ID and no time, because it is never kept. */
export const isTyping = (data: unknown): boolean =>
  typeof data === 'object' && data !== null && (data as Record<string, unknown>)['type'] === 'typing'

export const caseChannel = (id: string): string => `case:${id}`
