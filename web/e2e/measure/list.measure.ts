import { asks } from '../program/cases.ts'
import { expect, test } from '../program/test.ts'
import { figure } from './figures.ts'

const total = 10_000

test('how a list of 10,000 cases scrolls', async ({ people }) => {
  await asks(people, { customer: 32, shop: 2 })
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
      json: { items, ...(from + limit < total ? { next: String(from + limit) } : {}) },
    })
  })
  await page.goto('/staff/cases?tab=team')
  const first = page.getByRole('row').nth(1)
  await expect(first).toBeVisible()
  const { long, frames, last } = await page.evaluate(async () => {
    const place = document.scrollingElement ?? document.documentElement
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
    const rows = [...document.querySelectorAll('[aria-rowindex]')]
    return {
      long: tasks,
      frames: count,
      last: Math.max(...rows.map((row) => Number(row.getAttribute('aria-rowindex')))),
    }
  })
  expect(last, 'the row that it ended at, with the head').toBe(total + 1)
  figure(
    `scrolling through ${total} cases: tasks over 50 ms`,
    `${long.length} (longest ${Math.max(0, ...long)} ms; ${frames} frames)`,
  )
})
