import type { Page } from '@playwright/test'
import { buys, picture } from '../program/market.ts'
import { readPlan } from '../program/plan.ts'
import { accessible, desk, drawn, expect, fits, type People, phone, settled, test } from '../program/test.ts'

/* Every page of both entries, as everybody who may see it: found in the registries, so that what a feature adds is looked at, too. */

// A page is looked at as a whole, not step by step: its traces would only cost time.
test.use({ trace: 'off' })

const roles = ['merchant', 'agent', 'supervisor', 'operator'] as const
type Role = (typeof roles)[number]
const logins: Record<Role, string> = {
  merchant: 'shop07',
  agent: 'agent03',
  supervisor: 'super02',
  operator: 'operator',
}

/** A case that everybody may see, and what else an address may name. */
async function example(people: People): Promise<Record<string, string>> {
  const kim = await people.api('kim17')
  const clerk = await people.api(logins.merchant)
  const order = await buys(kim, { customer: 17, shop: 7 })
  const evidence = [await kim.upload(picture())]
  const { case_id } = await kim.do('/v1/cases', {
    kind: 'return',
    order_id: order.id,
    lines: [{ line_id: `${order.id}-1`, quantity: 1 }],
    reason: 'quality',
    text: '鞋底开胶',
    evidence,
  })
  await clerk.do(`/v1/cases/${case_id}/merchant-answer`, {
    decision: 'refuse',
    reason_code: 'worn',
    text: '鞋底有明显磨损',
    evidence: [await clerk.upload(picture())],
  })
  await kim.do(`/v1/cases/${case_id}/escalate`, { text: '没有穿过' })
  const { child } = await kim.until(case_id, 'a complaint', (one) => one.child !== undefined)
  return { case: case_id, complaint: child?.case_id ?? '', order: order.id }
}

/** Light on a wide screen, dark on a phone: wide pages and small ones, both themes, and none wider than it may be. */
async function look(page: Page, path: string): Promise<void> {
  await test.step(path, async () => {
    await page.setViewportSize(desk.viewport)
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    await test.step('is opened', async () => {
      await page.goto(path)
      await page.locator('h1, [role="heading"]').first().waitFor()
      await settled(page)
    })
    await test.step('wide and light', async () => {
      await fits(page)
      await accessible(page)
    })
    await test.step('small and dark', async () => {
      await page.setViewportSize(phone.viewport)
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
      await drawn(page)
      await fits(page)
      await accessible(page)
    })
  })
}

/** Where pages lead: what has an address of its own is looked at by the first that is met. */
class Links {
  private readonly met = new Set<string>()
  private readonly page: Page
  constructor(page: Page) {
    this.page = page
  }

  async gather(): Promise<void> {
    this.met.add(new URL(this.page.url()).pathname) // a page may lead on by itself
    for (const link of await this.page.locator('main a[href^="/"]').all())
      this.met.add((await link.getAttribute('href')) ?? '')
  }

  to(pattern: string, names: RegExp): readonly string[] {
    const shape = new RegExp(`^${pattern.replace(names, '[^/?#]+')}$`)
    return [...this.met].filter((path) => shape.test(path)).slice(0, 1)
  }
}

const kinds = ['exchange', 'return', 'refund_only', 'repair', 'price_protection', 'complaint']

test.describe('every page', () => {
  test.describe.configure({ timeout: 300_000 })

  test('of customers', async ({ people }) => {
    const made = await example(people)
    const page = await people.open('kim17')
    const known: Record<string, string[]> = {
      '/orders/:id/ask/:kind': kinds.map((kind) => `/orders/${made.order}/ask/${kind}`),
      '/orders/:id': [`/orders/${made.order}`],
      '/cases/:id': [`/cases/${made.case}`, `/cases/${made.complaint}`],
    }
    const links = new Links(page)
    const all = (await readPlan()).customer
    for (const path of all.filter((pattern) => !pattern.includes(':'))) {
      await look(page, path)
      await links.gather()
    }
    for (const pattern of all.filter((one) => one.includes(':'))) {
      const paths = known[pattern] ?? links.to(pattern, /:\w+/g)
      expect(paths, `no page leads a customer to ${pattern}`).not.toEqual([])
      for (const path of paths) await look(page, path)
    }
  })

  test('of those who are not signed in', async ({ people }) => {
    const page = await people.open(null)
    for (const path of ['/', '/links', '/erasure', '/staff']) await look(page, path)
    for (const { path, open } of (await readPlan()).staff) if (open) await look(page, `/staff/${path}`)
  })

  for (const role of roles)
    test(`of ${role}s`, async ({ people }) => {
      const known = await example(people)
      const page = await people.open(logins[role])
      const may = (await readPlan()).staff.filter((one) => !one.open && (!one.roles || one.roles.includes(role)))
      const [plain, named] = [may.filter((one) => !one.path.includes('$')), may.filter((one) => one.path.includes('$'))]
      const links = new Links(page)
      for (const { path } of plain) {
        await look(page, `/staff/${path}`)
        await links.gather()
      }
      for (const { path } of named) {
        const found =
          path === 'cases/$id'
            ? [`/staff/cases/${known.case}`, `/staff/cases/${known.complaint}`]
            : links.to(`/staff/${path}`, /\$\w+/g)
        expect(found, `no page leads a ${role} to ${path}`).not.toEqual([])
        for (const one of found) await look(page, one)
      }
    })
})
