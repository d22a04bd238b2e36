import type { ComponentType, ReactNode } from 'react'
import type { Schemas } from '@/shared/api'
import type { Language } from '@/shared/i18n'

/** What a part of the staff's screens is made of, and how it says where it shows up. */

export type Person = Schemas['Person']
export type Role = Exclude<Person['role'], 'customer'>

/** A few words in both languages, for what must be named before the feature's own words are loaded. */
export type Label = Readonly<Record<Language, string>>

export interface FeatureRoute {
  /** Below /staff: `cases/$id`. The part of a path after `$` is a parameter (`useParams`). */
  path: string
  /** The page, in a chunk of its own. */
  page: () => Promise<{ default: () => ReactNode }>
  /** Who may see it; absent: everybody who is signed in. Others get the page that says so. */
  roles?: readonly Role[]
  /** For those who are not signed in, without the frame. */
  open?: boolean
}

export interface NavEntry {
  /** Where it leads: `/cases`. */
  to: string
  label: Label
  /** 20 by 20, drawn with currentColor. */
  icon: ReactNode
  roles: readonly Role[]
  /** Entries stand in this order; the first that a role has is its home. */
  order: number
  /** Pressed after `g`, it leads there. One letter, unique within a role. */
  letter?: string
  /** How many things wait there; called as a hook. */
  useCount?: () => number | undefined
}

export interface Command {
  /** Unique: `case.open-by-id`. */
  id: string
  label: Label
  /** Other words by which it is found. */
  also?: readonly string[]
  roles?: readonly Role[]
  run: (go: Go) => void | Promise<void>
}

/** Goes to a path below /staff. */
export type Go = (to: string) => void

export interface Found {
  id: string
  title: string
  hint?: string
  to: string
}

/** What runs on every page of those who are signed in, and shows nothing. Loaded after the page. */
export interface Background {
  roles: readonly Role[]
  load: () => Promise<{ default: ComponentType }>
}

export interface Feature {
  name: string
  routes: readonly FeatureRoute[]
  nav?: readonly NavEntry[]
  commands?: readonly Command[]
  /** What somebody keeps there under names of their own: offered by the palette like its commands. */
  own?: (person: Person, signal: AbortSignal) => Promise<readonly Found[]>
  background?: Background
  /** What the palette finds among the feature's things: a case by its number, say. */
  find?: (text: string, person: Person, signal: AbortSignal) => Promise<readonly Found[]>
}

export const may = (person: Pick<Person, 'role'>, roles: readonly Role[] | undefined): boolean =>
  roles === undefined || roles.includes(person.role as Role)
