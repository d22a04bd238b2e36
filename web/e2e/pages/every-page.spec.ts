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
    await page.goto(path)
    await page.locator('h1, [role="heading"]').first().waitFor()
    await settled(page)
    await fits(page)
    await accessible(page)
    await page.setViewportSize(phone.viewport)
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
    await drawn(page)
    await fits(page)
    await accessible(page)
  })
}

const kinds = ['exchange', 'return', 'refund_only', 'repair', 'price_protection', 'complaint']

test.describe('every page', () => {
  test.describe.configure({ timeout: 300_000 })

  test('of customers', async ({ people }) => {
    const known = await example(people)
    const page = await people.open('kim17')
    for (const pattern of (await readPlan()).customer) {
      const paths = pattern.startsWith('/orders/:id/ask')
        ? kinds.map((kind) => `/orders/${known.order}/ask/${kind}`)
        : pattern.startsWith('/orders/:id')
          ? [`/orders/${known.order}`]
          : pattern === '/cases/:id'
            ? [`/cases/${known.case}`, `/cases/${known.complaint}`]
            : [pattern]
      for (const path of paths) {
        expect(path, 'an address whose parameters nobody fills in').not.toContain(':')
        await look(page, path)
      }
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
      const links = new Set<string>()
      for (const { path } of plain) {
        await look(page, `/staff/${path}`)
        for (const link of await page.locator('main a[href^="/staff/"]').all())
          links.add((await link.getAttribute('href')) ?? '')
      }
      for (const { path } of named) {
        const shape = new RegExp(`^/staff/${path.replace(/\$\w+/g, '[^/?#]+')}$`)
        const found = path === 'cases/$id' ? [`/staff/cases/${known.case}`, `/staff/cases/${known.complaint}`] : []
        const linked = [...links].find((link) => shape.test(link))
        if (linked && found.length === 0) found.push(linked)
        expect(found, `no page leads a ${role} to ${path}`).not.toEqual([])
        for (const one of found) await look(page, one)
      }
    })
})
