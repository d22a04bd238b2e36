import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../../..')
/** The built program. */
export const program = process.env.AFTERSALES_BIN ?? join(root, 'bin/aftersales')

/** The running program, as tests find it. */
export interface World {
  /** Its data folder. */
  readonly dir: string
  /** Where browsers find it. */
  readonly site: string
  /** The partners that the sandbox plays. */
  readonly sandbox: string
}

/** The surroundings without what they say about another installation. */
export const outside = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))
const foreign = /^(AFTERSALES_|DATABASE_URL$|TEMPORAL_ADDRESS$|REDIS_URL$)/

const variable = 'AFTERSALES_E2E_WORLD'

/** Hands the running program on to the tests' processes. */
export const remember = (world: World) => {
  process.env[variable] = JSON.stringify(world)
}

/** Whether a program runs already. */
export const known = (): boolean => Boolean(process.env[variable])

export const world = (): World => {
  const text = process.env[variable]
  if (!text) throw new Error('no program runs')
  return JSON.parse(text) as World
}

/** The process ID of one of the program's services: api, worker, sandbox, temporal. */
export function pidOf(service: string): number {
  const run = JSON.parse(readFileSync(join(world().dir, 'run.json'), 'utf8')) as {
    services: { name: string; pid: number }[]
  }
  const found = run.services.find(({ name }) => name === service)
  if (!found) throw new Error(`no service ${service}`)
  return found.pid
}
