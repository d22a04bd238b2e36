import { messages, type KeyOf } from '../i18n'
import type source from './zh-CN'

const words = messages('words', {
  'zh-CN': () => import('./zh-CN'),
  en: () => import('./en'),
})

export type Vocabulary = keyof typeof source

/**
 * What codes of the API are called where no case stands by with its own words, in filters say: `word('stage', item.stage)`. A code that has no word yet, because the server is newer than the page,
 * is shown as it is, with spaces.
 */
export function useWords(): (of: Vocabulary, code: string) => string {
  const say = words.useText()
  return (of, code) => {
    const key = `${of}.${code}`
    const found = say(key as KeyOf<typeof source>)
    return found === key ? code.replaceAll('_', ' ') : found
  }
}

export const loadWords = words.load
