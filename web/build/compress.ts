import { readdir, readFile, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const worth = new Set(['.js', '.css', '.html', '.svg', '.json', '.webmanifest'])

/** Writes a .gz and a .br beside every file of the build, so that serving one costs nothing but sending it. */
export function compress(): Plugin {
  let folder = ''
  return {
    name: 'compress',
    apply: 'build',
    configResolved(config) {
      folder = config.build.outDir
    },
    async closeBundle() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true })
      await Promise.all(
        entries
          .filter((entry) => entry.isFile() && worth.has(extname(entry.name)))
          .map((entry) => both(join(entry.parentPath, entry.name))),
      )
    },
  }
}

async function both(file: string) {
  const content = await readFile(file)
  if (content.length < 512) return
  const small = await promisify(gzip)(content, { level: 9 })
  const smaller = await promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
  await Promise.all([writeFile(`${file}.gz`, small), writeFile(`${file}.br`, smaller)])
}
