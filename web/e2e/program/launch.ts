import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { outside, program, remember, root } from './world.ts'

const ready = 'Aftersales is ready after'
const patience = 120_000
const temporalPorts = 11

/**
 * Starts the built program in a folder of its own under /tmp, on free ports, with the demo's people, and returns what ends it. A shell
 * stands between: it reads from us, and ends the program when we are gone, however that came.
 */
export async function launch(pack: string): Promise<() => Promise<void>> {
  if (!existsSync(program)) throw new Error(`${program} is missing: build it with make build`)
  const dir = mkdtempSync(join(tmpdir(), 'aftersales-e2e-'))
  const [api, sandbox, temporal] = await freePorts()
  const env: NodeJS.ProcessEnv = {
    ...outside(),
    AFTERSALES_DATA_DIR: join(dir, 'data'),
    AFTERSALES_API_LISTEN: `127.0.0.1:${api}`,
    AFTERSALES_SANDBOX_LISTEN: `127.0.0.1:${sandbox}`,
    AFTERSALES_TEMPORAL_BASE_PORT: `${temporal}`,
    AFTERSALES_TEMPORAL_SERVER: process.env.AFTERSALES_TEMPORAL_SERVER ?? join(root, '.tools/temporal-server'),
    AFTERSALES_POLICY_DIRS: join(root, 'web/e2e/packs'),
    // Ten thousand messages are written in a minute, which people never do.
    AFTERSALES_API_RATE_MESSAGES: '0',
    AFTERSALES_API_RATE_PERSON: '0',
  }
  const guard = '"$@" <&- & child=$!; cat > /dev/null; kill -INT $child 2> /dev/null; wait $child'
  const child = spawn('sh', ['-c', guard, 'guard', program, 'dev', '--pack', pack], {
    env,
    detached: true, // Ctrl-C is ours to pass on, when the tests have ended
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const end = () => ended(child).finally(() => rmSync(dir, { recursive: true, force: true }))
  try {
    await readiness(child, join(dir, 'program.log'))
    remember({ dir: join(dir, 'data'), site: `http://localhost:${api}`, sandbox: `http://127.0.0.1:${sandbox}` })
  } catch (error) {
    await end()
    throw error
  }
  return end
}

function readiness(child: ChildProcess, log: string): Promise<void> {
  const file = createWriteStream(log)
  let text = ''
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`not ready within ${patience / 1000} s:\n${text}`)), patience)
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (part: string) => {
        file.write(part)
        text = (text + part).slice(-8000)
        if (text.includes(ready)) {
          clearTimeout(late)
          resolve()
        }
      })
    }
    child.on('exit', (code) => {
      clearTimeout(late)
      reject(new Error(`the program ended with ${code} before it was ready:\n${text}`))
    })
  })
}

/** Ends the program as Ctrl-C does; one that does not go is killed with all that it started. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  await new Promise<void>((resolve) => {
    const late = setTimeout(() => {
      if (child.pid) process.kill(-child.pid, 'SIGKILL')
    }, 30_000)
    child.on('exit', () => {
      clearTimeout(late)
      resolve()
    })
    child.stdin?.end()
  })
}

/** Ports that nobody listens on: for the API, for the sandbox, and the first of a row for Temporal. */
async function freePorts(): Promise<[api: number, sandbox: number, temporal: number]> {
  for (let tries = 0; tries < 200; tries++) {
    const first = 20_000 + Math.floor(Math.random() * 10_000)
    const all = Array.from({ length: temporalPorts + 2 }, (_, n) => first + n)
    if ((await Promise.all(all.map(isFree))).every(Boolean)) return [first, first + 1, first + 2]
  }
  throw new Error('no row of free ports was found')
}

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
