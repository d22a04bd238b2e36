import { approval } from '@/features/approval'
import { auth } from '@/features/auth'
import { caseFeature } from '@/features/case'
import { conversation } from '@/features/conversation'
import { desk } from '@/features/desk'
import { merchant } from '@/features/merchant'
import { operator } from '@/features/operator'
import { packs } from '@/features/packs'
import { people } from '@/features/people'
import { privacy } from '@/features/privacy'
import { service } from '@/features/service'
import { team } from '@/features/team'
import { webhooks } from '@/features/webhooks'
import type { Feature } from './feature'

/** The parts of the staff's screens. A new one is a line here. */
export const features: readonly Feature[] = [
  auth,
  caseFeature,
  desk,
  conversation,
  service,
  approval,
  merchant,
  operator,
  people,
  team,
  packs,
  webhooks,
  privacy,
]
