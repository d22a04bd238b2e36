import { join } from 'node:path'
import { launch } from './launch.ts'
import { writePlan } from './plan.ts'
import { known, world } from './world.ts'

/** What all tests share: one running program. One that runs already is used when AFTERSALES_E2E_WORLD tells of it. */
export default async function start(): Promise<() => Promise<void>> {
  const began = Date.now()
  const end = known() ? () => Promise.resolve() : await launch('browser')
  try {
    await writePlan(join(world().dir, 'plan.json'))
  } catch (error) {
    await end()
    throw error
  }
  console.log(`The program is at ${world().site} after ${((Date.now() - began) / 1000).toFixed(1)} s`)
  return end
}
