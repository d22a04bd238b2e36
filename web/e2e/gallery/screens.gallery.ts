import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readPlan } from '../program/plan.ts'
import { drawn, type Page, type People, settled, test } from '../program/test.ts'
import { type Scene, scene } from './scene.ts'

/*
 * Pictures of the screens as they are now. Those that docs show, into docs/screens; with AFTERSALES_GALLERY=all every page in every size, theme
 * and language, into web/test-results/gallery.
 */

const all = process.env.AFTERSALES_GALLERY === 'all'
const folder = resolve(import.meta.dirname, '../../..', all ? 'web/test-results/gallery' : 'docs/screens')

const sizes = { phone: [390, 844], desk: [1280, 800], wide: [1920, 1080] } as const
type Size = keyof typeof sizes

interface Way {
  size: Size
  theme: 'light' | 'dark'
  lang: 'zh-CN' | 'en'
}

interface Screen {
  name: string
  /** Nobody: the page of those who are not signed in. */
  login: string | null
  path: string
  /** How docs show it, and what is to be seen. */
  ways: readonly Way[]
  what: string
}

const phone: Way = { size: 'phone', theme: 'light', lang: 'zh-CN' }
const phoneDark: Way = { size: 'phone', theme: 'dark', lang: 'en' }
const desk: Way = { size: 'desk', theme: 'light', lang: 'zh-CN' }
const deskDark: Way = { size: 'desk', theme: 'dark', lang: 'en' }
const wide: Way = { size: 'wide', theme: 'light', lang: 'zh-CN' }
const english: Way = { size: 'desk', theme: 'light', lang: 'en' }

const screensOf = (known: Scene): readonly Screen[] => {
  const kim = (name: string, path: string, what: string, ...ways: Way[]): Screen => ({
    name,
    login: 'kim33',
    path,
    ways,
    what,
  })
  const at = (login: string | null, name: string, path: string, what: string, ...ways: Way[]): Screen => ({
    name,
    login,
    path,
    ways,
    what,
  })
  const shop = 'shop03'
  return [
    at(null, 'customer-door', '/', 'the first page', phone, phoneDark),
    kim('customer-orders', '/', 'orders, and what is asked for', phone, phoneDark),
    kim('customer-order', `/orders/${known.order}`, 'an order, and what can be asked', phone),
    kim('customer-ask', `/orders/${known.order}/ask/exchange?step=items`, 'asking, step by step', phone),
    kim(
      'customer-case',
      `/cases/${known.exchange}`,
      'an exchange: the next step, where it stands',
      phone,
      phoneDark,
      english,
    ),
    kim('customer-offer', `/cases/${known.offer}`, 'the shop offers less', phone),
    kim('customer-complaint', `/cases/${known.complaint}`, 'a complaint', phone, deskDark),
    kim('customer-me', '/me', 'settings', phoneDark),
    kim('customer-privacy', '/me/privacy', 'what is known about me', phone),
    at(null, 'staff-door', '/staff', 'the staff’s door', desk),
    at(shop, 'shop-tasks', '/staff/shop/tasks', 'a shop’s tasks by time left', desk, phone),
    at(shop, 'shop-case', `/staff/shop/tasks?case=${known.refused}`, 'a case beside the list', wide),
    at(shop, 'shop-figures', '/staff/shop/figures', 'a shop’s figures', deskDark),
    at(shop, 'shop-settings', '/staff/shop/settings', 'addresses, rules, people', english),
    at('agent01', 'agent-cases', '/staff/cases?tab=team', 'what falls first', english),
    at('agent01', 'agent-review', `/staff/cases/${known.complaint}`, 'both sides of a complaint', wide, phoneDark),
    at('super01', 'supervisor-approvals', '/staff/approvals', 'a proposal and the rule that it hit', desk, phoneDark),
    at('operator', 'operator-overview', '/staff/overview', 'how it stands', deskDark),
    at('operator', 'operator-packs', '/staff/packs', 'policy packs', english),
    at('operator', 'operator-audit', '/staff/audit', 'who did what', desk),
    at('operator', 'operator-deadlines', '/staff/deadlines', 'deadlines in bulk', desk),
  ]
}

test('pictures of the screens', async ({ people }) => {
  test.setTimeout(1_800_000)
  const known = await scene(people)
  const shown = screensOf(known)
  const wanted = all ? everyWay([...shown, ...(await theRest(shown))]) : shown
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const encoder = await people.open('kim33')
  await encoder.goto('about:blank')
  const lines = new Map<string, string[]>()
  for (const { login, way, screens } of journeys(wanted)) {
    const page = await comesIn(people, login, way)
    for (const { name, path, what } of screens) {
      const file = `${name}-${nameOf(way)}.webp`
      await page.goto(path)
      await page.locator('h1').first().waitFor()
      await settled(page)
      await drawn(page)
      const picture = await page.screenshot({ scale: 'css', fullPage: all && way.size !== 'wide' })
      writeFileSync(join(folder, file), await webp(encoder, picture))
      lines.set(what, [...(lines.get(what) ?? []), `[![${what}](${file})](${file})`])
    }
    await page.context().close()
  }
  if (!all) writeFileSync(join(folder, 'README.md'), contents(shown, lines))
})

/** Pages that no picture in docs shows: every address of a registry that needs no name of something. */
async function theRest(shown: readonly Screen[]): Promise<readonly Screen[]> {
  const plan = await readPlan()
  const staff = plan.staff.filter(({ path, open }) => !path.includes('$') && !open)
  const logins = { merchant: 'shop03', agent: 'agent01', supervisor: 'super01', operator: 'operator' } as const
  const known = new Set(shown.map(({ path }) => path.replace(/\?.*/, '')))
  const found = staff.flatMap(({ path, roles }) => {
    const role = (Object.keys(logins) as (keyof typeof logins)[]).find((one) => !roles || roles.includes(one))
    return role
      ? [
          {
            name: `rest-${path.replaceAll('/', '-')}`,
            login: logins[role],
            path: `/staff/${path}`,
            ways: [],
            what: path,
          },
        ]
      : []
  })
  const customer = plan.customer
    .filter((pattern) => !pattern.includes(':'))
    .map((path) => ({ name: `rest-customer${path.replaceAll('/', '-')}`, login: 'kim33', path, ways: [], what: path }))
  return [...customer, ...found].filter(({ path }) => !known.has(path))
}

/** Every way, or those that AFTERSALES_GALLERY_WAYS names: "phone-dark-en desk-light-zh". */
const everyWay = (screens: readonly Screen[]): readonly Screen[] => {
  const named = process.env.AFTERSALES_GALLERY_WAYS?.split(/[ ,]+/)
  const ways = (Object.keys(sizes) as Size[])
    .flatMap((size) => (['light', 'dark'] as const).map((theme) => ({ size, theme })))
    .flatMap((way) => (['zh-CN', 'en'] as const).map((lang) => ({ ...way, lang })))
    .filter((way) => !named || named.includes(nameOf(way)))
  return screens.map((screen) => ({ ...screen, ways }))
}

const nameOf = ({ size, theme, lang }: Way) => `${size}-${theme}-${lang === 'en' ? 'en' : 'zh'}`

/** Whoever looks in one way looks at all of their pages so: a window is opened once. */
function journeys(screens: readonly Screen[]) {
  const found = new Map<string, { login: string | null; way: Way; screens: Screen[] }>()
  for (const screen of screens)
    for (const way of screen.ways) {
      const key = JSON.stringify([screen.login, way])
      const one = found.get(key) ?? { login: screen.login, way, screens: [] }
      one.screens.push(screen)
      found.set(key, one)
    }
  return found.values()
}

async function comesIn(people: People, login: string | null, { size, theme, lang }: Way): Promise<Page> {
  const [width, height] = sizes[size]
  const page = await people.open(login, {
    viewport: { width, height },
    deviceScaleFactor: 1,
    isMobile: size === 'phone',
    hasTouch: size === 'phone',
    colorScheme: theme,
    locale: lang,
  })
  await page.addInitScript((chosen) => localStorage.setItem('aftersales.language', chosen), lang)
  return page
}

/** The same picture in a tenth of the bytes: a browser is there that knows how. */
async function webp(page: Page, png: Buffer): Promise<Buffer> {
  const text = await page.evaluate(async (content) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${content}`)).blob())
    const canvas = new OffscreenCanvas(image.width, image.height)
    canvas.getContext('2d')?.drawImage(image, 0, 0)
    const bytes = new Uint8Array(
      await (await canvas.convertToBlob({ type: 'image/webp', quality: 0.86 })).arrayBuffer(),
    )
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  }, png.toString('base64'))
  return Buffer.from(text, 'base64')
}

const contents = (shown: readonly Screen[], lines: ReadonlyMap<string, readonly string[]>) =>
  `# The screens

Made by \`make gallery\` from the running program: customers on a phone, everybody else at a desk, in both languages and both themes.
${[...new Set(shown.map(({ what }) => what))].map((what) => `\n## ${what.replace(/^./, (letter) => letter.toUpperCase())}\n\n${(lines.get(what) ?? []).join('\n')}\n`).join('')}`
