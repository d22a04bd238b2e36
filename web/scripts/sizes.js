// Measures what a visitor loads: each entry with all that it imports, and each staff route with what the entry has not
// loaded before, compressed with gzip as served. Fails when something is larger than it may be.
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { gzipSync } from 'node:zlib'

const limits = { customer: 130, staff: 240, route: 420, charts: 200 } // kB

/** @typedef {{ file: string, css?: string[], imports?: string[], dynamicImports?: string[], isEntry?: boolean, isDynamicEntry?: boolean, name?: string }} Chunk */
let manifest = /** @type {Record<string, Chunk>} */ ({})
try {
  manifest = /** @type {Record<string, Chunk>} */ (JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8')))
} catch {
  console.error('There is no build to measure: run npm run build first.')
  process.exit(1)
}

/** @type {Map<string, number>} */
const measured = new Map()
const sizeOf = (/** @type {string} */ file) => {
  let size = measured.get(file)
  if (size === undefined) measured.set(file, (size = gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length))
  return size
}

/** All files that come with a chunk. */
function closure(
  /** @type {string} */ key,
  /** @type {Set<string>} */ files = new Set(),
  /** @type {Set<string>} */ seen = new Set(),
) {
  const chunk = manifest[key]
  if (!chunk || seen.has(key)) return files
  seen.add(key)
  files.add(chunk.file)
  chunk.css?.forEach((file) => files.add(file))
  chunk.imports?.forEach((next) => closure(next, files, seen))
  return files
}

const kB = (/** @type {Iterable<string>} */ files) => [...files].reduce((sum, file) => sum + sizeOf(file), 0) / 1000

/** The words come in one language only; the Chinese ones count. */
const isWords = (/** @type {string} */ key) => /messages\/(zh-CN|en)\.ts$/.test(key)

/** @type {string[]} */
const failed = []
function report(/** @type {string} */ what, /** @type {number} */ size, /** @type {number} */ limit) {
  const over = size > limit
  if (over) failed.push(what)
  console.log(`${over ? '✗' : ' '} ${size.toFixed(1).padStart(7)} of ${String(limit).padStart(3)} kB  ${what}`)
}

/** What an entry loads at once: itself and the words of its own. */
function entry(/** @type {string} */ page, /** @type {string} */ words) {
  const files = closure(page)
  if (manifest[words]) closure(words, files)
  return files
}

report('customer', kB(entry('index.html', 'src/customer/messages/zh-CN.ts')), limits.customer)
const staff = entry('staff.html', 'src/app/messages/zh-CN.ts')
report('staff', kB(staff), limits.staff)

/** Everything that the staff's entry may load later, and what that loads. */
const later = /** @type {Set<string>} */ (new Set())
function walk(/** @type {string} */ key, /** @type {Set<string>} */ seen = new Set()) {
  const chunk = manifest[key]
  if (!chunk || seen.has(key)) return
  seen.add(key)
  chunk.imports?.forEach((next) => walk(next, seen))
  chunk.dynamicImports?.forEach((next) => {
    later.add(next)
    walk(next, seen)
  })
}
walk('staff.html')

for (const key of [...later].sort()) {
  if (isWords(key)) continue
  const feature = /src\/features\/([^/]+)\//.exec(key)?.[1]
  const words = `src/features/${feature}/messages/zh-CN.ts`
  const files = new Set([...staff, ...closure(key)])
  if (manifest[words]) closure(words, files)
  if (key.includes('echarts')) report(key, kB(closure(key)), limits.charts)
  else report(key, kB(files), limits.route)
}
if (failed.length > 0) {
  console.error(
    'Something is larger than it may be. Look at what it imports: npx vite build --sourcemap, or dist/.vite/manifest.json.',
  )
  process.exit(1)
}
