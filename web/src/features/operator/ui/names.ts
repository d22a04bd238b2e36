import { useText } from '../messages'

/**
 * What the works are called. Whatever is newer than the page is shown as the server names it.
 */
export function useNames() {
  const say = useText()
  const named =
    (group: string) =>
    (code: string): string => {
      const key = `${group}.${code.replaceAll(/[^a-z0-9]+/g, '_')}`
      const found = say(key as never)
      return found === key ? code : found
    }
  return {
    partner: named('partner'),
    job: named('job'),
    consumer: named('consumer'),
    area: named('area'),
    problem: named('problem'),
    actor: named('actor'),
    thing: named('thing'),
    discrepancy: named('discrepancy'),
  }
}
