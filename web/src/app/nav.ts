import { may, type NavEntry, type Person } from './feature'
import { features } from './features'

/** What a person finds at the side, in order. */
export const navOf = (person: Person): readonly NavEntry[] =>
  features
    .flatMap((feature) => feature.nav ?? [])
    .filter((entry) => may(person, entry.roles))
    .sort((a, b) => a.order - b.order)

/** Where a person begins. */
export const homeOf = (person: Person): string => navOf(person)[0]?.to ?? '/account'
