import { auth } from '@/features/auth'
import type { Feature } from './feature'

/** The parts of the staff's screens. A new one is a line here. */
export const features: readonly Feature[] = [auth]
