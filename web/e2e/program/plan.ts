import { writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Window } from 'happy-dom'
import { runnerImport } from 'vite'
import { world } from './world.ts'

/** A page of the staff's screens, as its feature registers it. */
export interface StaffPage {
  readonly path: string
  readonly open: boolean
  /** Absent: everybody who works. */
  readonly roles?: readonly string[]
}

/** Every page that there is: what a feature adds is visited without anybody saying so here. */
export interface Plan {
  readonly customer: readonly string[]
  readonly staff: readonly StaffPage[]
}

const web = resolve(import.meta.dirname, '../..')

/** What modules of pages look for when they are loaded. */
function pretendBrowser(): void {
  const window = new Window({ url: 'http://localhost/' })
  for (const name of ['navigator', 'addEventListener', 'matchMedia', ...Object.getOwnPropertyNames(window)])
    if (!(name in globalThis))
      Object.assign(globalThis, { [name]: (window as unknown as Record<string, unknown>)[name] })
}

/** Nothing is drawn when the registries are read: a style sheet has no names then. */
const withoutStyles = {
  name: 'without-styles',
  enforce: 'pre' as const,
  resolveId: (id: string) => (id.endsWith('.css') ? '\0style' : null),
  load: (id: string) => (id === '\0style' ? 'export default {}' : null),
}

/** Reads the registries of both entries. */
export async function writePlan(file: string): Promise<void> {
  pretendBrowser()
  const config = {
    root: web,
    configFile: false as const,
    logLevel: 'error' as const,
    resolve: { alias: { '@': join(web, 'src') } },
    plugins: [withoutStyles],
  }
  const [{ module: staff }, { module: customer }] = await Promise.all([
    runnerImport<{
      features: { routes: { path: string; open?: boolean; roles?: readonly string[] }[] }[]
    }>(join(web, 'src/app/features.ts'), config),
    runnerImport<{ routes: readonly { pattern: string }[] }>(join(web, 'src/customer/routes.ts'), config),
  ])
  const plan: Plan = {
    customer: customer.routes.map(({ pattern }) => pattern),
    staff: staff.features.flatMap(({ routes }) =>
      routes.map(({ path, open = false, roles }) => ({ path, open, ...(roles ? { roles } : {}) })),
    ),
  }
  writeFileSync(file, JSON.stringify(plan))
}

export const readPlan = async (): Promise<Plan> =>
  JSON.parse(await readFile(join(world().dir, 'plan.json'), 'utf8')) as Plan
