import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { test } from '../program/test.ts'
import { world } from '../program/world.ts'

test('what Lighthouse says of the customers’ pages', async () => {
  const script = resolve(import.meta.dirname, '../../scripts/lighthouse.js')
  const child = spawn(process.execPath, [script, world().site], { stdio: ['ignore', 'inherit', 'inherit'] })
  await once(child, 'exit')
})
