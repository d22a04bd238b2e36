import type { Filters } from '../api/chats'

/*
 * Plain fields by which conversations are found. In the address, and kept under a name, they stand as the list's own parameters:
 * `state=open&whose=mine`.
 */

const choices = {
  state: ['open', 'bot', 'queued', 'people', 'closed'],
  whose: ['mine', 'free', 'team'],
  priority: ['urgent', 'high', 'normal', 'low'],
  lang: ['zh-CN', 'en'],
  snoozed: ['true', 'false'],
  audience: ['customer', 'colleagues', 'merchant', 'carrier'],
  sort: ['waiting', 'last'],
} as const

export type Choice = keyof typeof choices
export const choicesOf = <Name extends Choice>(name: Name): readonly (typeof choices)[Name][number][] => choices[name]

const free = ['agent_id', 'merchant_id', 'tag_id', 'waiting_before'] as const
export type Field = Choice | (typeof free)[number]
const names: readonly Field[] = [...(Object.keys(choices) as Choice[]), ...free]

export type Fields = Partial<Record<Field, string>>

/** The fields of a query. What is none, or has no such value, is left out; with a tag there is no order by waiting. */
export function fieldsOf(query: string): Fields {
  const given = new URLSearchParams(query)
  const found: Fields = {}
  for (const name of names) {
    const value = given.get(name)
    if (!value) continue
    const known: readonly string[] | undefined = name in choices ? choices[name as Choice] : undefined
    if (known === undefined || known.includes(value)) found[name] = value
  }
  if (found.tag_id) delete found.sort
  return found
}

/** The query of some fields: always in the same order, so that the same filter is the same text. */
export function queryOf(fields: Fields): string {
  const pairs = names.flatMap((name) => (fields[name] ? [[name, fields[name]]] : [])).sort()
  return new URLSearchParams(pairs).toString()
}

/** Another field, or none. */
export const withField = (query: string, name: Field, value: string | undefined): string =>
  queryOf(fieldsOf(queryOf({ ...fieldsOf(query), [name]: value })))

export const filterOf = (query: string): Filters => fieldsOf(query) as Filters

/** Whether two queries ask for the same. */
export const sameQuery = (a: string, b: string): boolean => queryOf(fieldsOf(a)) === queryOf(fieldsOf(b))

/** Where a kept filter leads, below /staff. */
export const addressOf = (query: string): string =>
  `/chats?${new URLSearchParams({ view: 'filter', q: query }).toString()}`
