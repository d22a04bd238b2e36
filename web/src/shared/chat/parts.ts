import { createContext, type ReactNode, useContext } from 'react'
import type { Message } from './log'

/** What an entry adds to a conversation: its own cards, and who is called what. */
export interface Parts {
  /** The card of an order, an article or a case, by its ID; the reader's rights are the API's to know. */
  card: (kind: 'order' | 'product' | 'case', id: string) => ReactNode
  /** The picture of an article among those to choose from. */
  goods?: (orderID: string, lineID: string) => ReactNode
  /** What happened in a case, in words. */
  event: (message: Message) => ReactNode
  /** The name of somebody; absent: their role. */
  name?: (role: string, id: string | undefined) => string | undefined
  /** Under what somebody else said: whether it helped, say. */
  below?: (message: Message) => ReactNode
  /** Whom the person is to the others: their own messages stand at the right. */
  busy?: boolean
}

const nothing: Parts = { card: () => null, event: () => null }

export const PartsContext = createContext<Parts>(nothing)
export const useParts = (): Parts => useContext(PartsContext)
