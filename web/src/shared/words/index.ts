import { messages, type KeyOf } from '../i18n'
import type source from './zh-CN'

const words = messages('words', {
  'zh-CN': () => import('./zh-CN'),
  en: () => import('./en'),
})

export type Vocabulary = keyof typeof source

/**
 * What codes of the API are called: `word('stage', item.stage)`. A code that has no word yet, because the server is newer than the page,
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

const events = messages('events', {
  'zh-CN': () => import('./events.zh-CN'),
  en: () => import('./events.en'),
})

/** What happened, or what a person is told: by the event's name in the timeline, which is the kind of a notification too. */
export function useEvents(): (name: string) => string {
  const say = events.useText()
  const word = useWords()
  return (name) => {
    if (name.startsWith('remind_')) return say('remind', { todo: word('step', name.slice('remind_'.length)) })
    const found = say(name as 'opened')
    return found === name ? name.replaceAll('_', ' ') : found
  }
}
