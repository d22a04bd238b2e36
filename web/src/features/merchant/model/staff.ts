import type { AboutStaff, Colleague } from '../api/shop'

export type Doing = AboutStaff | 'make-owner' | 'unmake-owner'

/** What an owner can do about somebody, as they stand. About oneself: nothing that would lock one out. */
export function doable(one: Pick<Colleague, 'id' | 'status' | 'owner'>, me: string): readonly Doing[] {
  const own = one.id === me
  switch (one.status) {
    case 'invited':
      return ['invite-again', 'deactivate']
    case 'inactive':
      return ['reactivate']
    case 'active':
      return own ? ['sign-out'] : [one.owner ? 'unmake-owner' : 'make-owner', 'recover', 'sign-out', 'deactivate']
  }
}

/** Where a link leads: its token stands behind the #, where no server reads it. */
export const addressOf = (link: { purpose: 'join' | 'recover'; token: string }, origin: string): string =>
  `${origin}/staff/${link.purpose}#token=${link.token}`
