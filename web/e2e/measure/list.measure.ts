import { buys } from '../program/market.ts'
import { expect, test } from '../program/test.ts'
import { figure } from './figures.ts'

const total = 10_000

test('how a list of 10,000 cases scrolls', async ({ people }) => {
  const kim = await people.api('kim32')
  const order = await buys(kim, { customer: 32, shop: 2, fen: 899_00 })
  await kim.do('/v1/cases', {
    kind: 'return',
    order_id: order.id,
    lines: [{ line_id: `${order.id}-1`, quantity: 1 }],
    reason: 'no_reason',
  })
  const page = await people.open('agent01')
  // The rows are one real case under ten thousand names, page by page as the server gives them.
  let real: Record<string, unknown> | undefined
  await page.route(/\/v1\/cases\?/, async (route) => {
    const url = new URL(route.request().url())
    const from = Number(url.searchParams.get('cursor') ?? 0)
    const limit = Number(url.searchParams.get('limit') ?? 50)
    if (!real) {
      const answer = (await (await route.fetch({ url: url.href.replace(/cursor=\d+&?/, '') })).json()) as {
        items: Record<string, unknown>[]
      }
      real = answer.items[0]
    }
    const items = Array.from({ length: Math.min(limit, total - from) }, (_, n) => ({ ...real, id: `case-${from + n}` }))
    await route.fulfill({
      json: { items, ...(from + limit < total ? { next_cursor: String(from + limit) } : {}) },
    })
  })
  await page.goto('/staff/cases')
  const first = page.getByRole('row').nth(1)
  await expect(first).toBeVisible()
  const { long, frames, rows } = await page.evaluate(async (all) => {
    const list = [...document.querySelectorAll<HTMLElement>('main *')].find(
      (one) => one.scrollHeight > one.clientHeight + 200 && /auto|scroll/.test(getComputedStyle(one).overflowY),
    )
    const place = list ?? document.scrollingElement ?? document.documentElement
    const tasks: number[] = []
    new PerformanceObserver((entries) => {
      for (const entry of entries.getEntries()) tasks.push(Math.round(entry.duration))
    }).observe({ type: 'longtask' })
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    let count = 0
    let still = 0
    for (let before = -1; still < 200 && count < 60_000; count++) {
      place.scrollTop += 400
      await frame()
      still = place.scrollTop === before ? still + 1 : 0
      before = place.scrollTop
    }
    return { long: tasks, frames: count, rows: Math.round(place.scrollHeight / 44), all }
  }, total)
  figure(
    `scrolling through ${total} cases: tasks over 50 ms`,
    `${long.length} (longest ${Math.max(0, ...long)} ms; ${frames} frames, about ${rows} rows high)`,
  )
})
