import i18next, { type TOptions } from 'i18next'
import { use, useSyncExternalStore } from 'react'
import { type Language, language, onLanguage, setLanguage } from './language'

export { language, languages, onLanguage, type Language } from './language'

/** Words, by name; names may be nested. The Chinese file is the source, and the English one must have all of it. */
interface Words {
  readonly [name: string]: string | Words
}

/** The English of some Chinese words: the same names, and for what is counted (`_other`) a singular besides. */
export type English<Source> = {
  readonly [K in keyof Source]: Source[K] extends string ? string : English<Source[K]>
} & { readonly [K in keyof Source as K extends `${infer Base}_other` ? `${Base}_one` : never]: string }

type Countless<Key extends string> = Key extends `${infer Base}_other` ? Base : Key

/** The paths of all words: `list.title`; what is counted without its ending. */
export type KeyOf<Source> = {
  [K in keyof Source & string]: Source[K] extends string ? Countless<K> : `${K}.${KeyOf<Source[K]>}`
}[keyof Source & string]

export type Say<Source> = (key: KeyOf<Source>, values?: Readonly<Record<string, string | number>>) => string

interface Messages<Source> {
  /** The words in the language of the page; the component waits until they are loaded, and renders anew when it changes. */
  useText: () => Say<Source>
  /** The same outside of components. Only after they were loaded. */
  text: Say<Source>
  /** Loads the words for a language, once. */
  load: (language?: Language) => Promise<void>
}

void i18next.init({
  lng: language(),
  fallbackLng: false,
  ns: [],
  resources: {},
  interpolation: { escapeValue: false }, // React does
  returnNull: false,
})

/** The parts of the page whose words were asked for so far. */
const parts = new Set<(language: Language) => Promise<void>>()

/** Changes the language of the page, once all words that are on it are there. */
export async function changeLanguage(next: Language): Promise<void> {
  await Promise.all([...parts].map((load) => load(next)))
  await i18next.changeLanguage(next)
  document.documentElement.lang = next
  setLanguage(next)
}

/**
 * Declares the words of a part of the program. Each language is a file of its own that is fetched when it is needed.
 *
 *     export const { useText } = messages('case', {
 *       'zh-CN': () => import('./zh-CN'),
 *       en: () => import('./en'),
 *     })
 */
export function messages<Source extends Words>(
  namespace: string,
  files: { 'zh-CN': () => Promise<{ default: Source }>; en: () => Promise<{ default: English<Source> }> },
): Messages<Source> {
  const loaded = new Map<Language, Promise<void>>()
  const load = (wanted: Language = language()): Promise<void> => {
    const present = loaded.get(wanted)
    if (present) return present
    parts.add(load)
    const file: Promise<{ default: unknown }> = files[wanted]()
    const loading = file.then(
      (words) => void i18next.addResourceBundle(wanted, namespace, words.default),
      (failure: unknown) => {
        loaded.delete(wanted) // so that it can be tried again
        throw failure
      },
    )
    loaded.set(wanted, loading)
    return loading
  }
  const say = (key: string, values?: TOptions) => i18next.t(key, { ...values, ns: namespace })
  const useText = () => {
    use(load(useSyncExternalStore(onLanguage, language)))
    return say as Say<Source>
  }
  return { useText, text: say, load }
}
