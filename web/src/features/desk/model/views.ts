import type { Schemas } from '@/shared/api'
import { kinds, stages, waitedFor } from './filters'

export type SavedView = Schemas['NamedView']
type Filter = SavedView['filter']

/** What the address of the list holds, besides the case that is open. */
export interface Place {
  tab?: string
  kind?: string
  stage?: string
  waiting?: string
  number?: string
  sort?: string
}

const tabs = ['waiting', 'mine', 'none', 'team', 'ended'] as const
const orders = ['newest', 'due'] as const

const among = <T extends string>(value: string | undefined, all: readonly T[]) => all.find((one) => one === value)

/** What is kept of where somebody is. Whatever the address says that is no filter is left out. */
export function filterOf(place: Place): Filter {
  const tab = among(place.tab, tabs)
  const waiting = among(place.waiting, waitedFor)
  const sort = among(place.sort, orders)
  return {
    ...(tab ? { tab } : {}),
    ...(place.kind && kinds.includes(place.kind) ? { kind: place.kind } : {}),
    ...(place.stage && stages.includes(place.stage) ? { stage: place.stage } : {}),
    ...(waiting ? { waiting_for: waiting } : {}),
    ...(sort ? { sort } : {}),
    ...(place.number ? { begins: place.number } : {}),
  }
}

/** Where a view leads: every part of the address, so that what was filtered before is gone. */
export const placeOf = ({ tab, kind, stage, waiting_for, sort, begins }: Filter): Required<Nullable<Place>> => ({
  tab,
  kind,
  stage,
  waiting: waiting_for,
  sort,
  number: begins,
})

type Nullable<T> = { [K in keyof T]: T[K] | undefined }

/** The view's address below /staff. */
export function addressOf(filter: Filter): string {
  const named = Object.entries(placeOf(filter)).flatMap(([name, value]) => (value ? [[name, value]] : []))
  return named.length > 0 ? `/cases?${new URLSearchParams(named).toString()}` : '/cases'
}

/** Whether somebody is where a view leads. */
export const isAt = (view: SavedView, place: Place): boolean => addressOf(view.filter) === addressOf(filterOf(place))
