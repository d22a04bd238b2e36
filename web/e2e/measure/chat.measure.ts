import type { Page } from '@playwright/test'
import type { Person } from '../program/person.ts'
import { expect, test } from '../program/test.ts'
import { figure, spread } from './figures.ts'

const total = Number(process.env.AFTERSALES_MEASURE_MESSAGES ?? 10_000)
const rounds = 10

const log = (page: Page) => page.getByRole('log', { name: '对话内容' })
const say = (who: Person, id: string, text: string) =>
  who.do(`/v1/conversations/${id}/messages`, { client_id: crypto.randomUUID(), kind: 'text', text })

/** A conversation with an agent, as long as one that went on for years. Both write, as fast as they are let. */
async function longTalk(kim: Person, agent: Person): Promise<string> {
  const { id } = await kim.do<{ id: string }>('/v1/conversations', { lang: 'zh-CN' })
  await kim.do(`/v1/conversations/${id}/person`)
  const { state } = await agent.get<{ state: string }>(`/v1/conversations/${id}`)
  if (state !== 'people') await agent.do(`/v1/conversations/${id}/claim`)
  for (let n = 0; n < total; n += 20)
    await Promise.all(
      Array.from({ length: Math.min(20, total - n) }, (_, k) =>
        say(k % 2 === 0 ? kim : agent, id, `第 ${n + k} 句：这一双穿了两天，鞋底就开胶了，麻烦看一下能不能退`),
      ),
    )
  return id
}

/** Tasks over 50 ms while something goes on in a page. */
async function longTasks(page: Page, what: () => Promise<void>): Promise<number[]> {
  await page.evaluate(() => {
    const found: number[] = []
    Object.assign(globalThis, { found })
    new PerformanceObserver((entries) => {
      for (const entry of entries.getEntries()) found.push(Math.round(entry.duration))
    }).observe({ type: 'longtask' })
  })
  await what()
  return page.evaluate(() => (globalThis as unknown as { found: number[] }).found)
}

test('how a conversation of 10,000 messages opens, and how typing goes while it streams', async ({ people }) => {
  const [kim, agent] = [await people.api('kim28'), await people.api('agent01')]
  const id = await longTalk(kim, agent)
  const page = await people.open('agent01')
  await page.goto('/staff/chats?view=mine')
  const row = page.getByRole('button', { name: /^顾客 R-28/ }).first()
  await expect(row).toBeVisible()
  const opened: number[] = []
  for (let round = 0; round < rounds; round++) {
    // The page is there, the conversation is not: from the click to its newest message on the screen.
    const took = await row.evaluate(
      (button) =>
        new Promise<number>((resolve) => {
          const begun = performance.now()
          const look = () => {
            const there = document.querySelector('[role="log"]')?.textContent.includes('句：')
            if (there) requestAnimationFrame(() => resolve(Math.round(performance.now() - begun)))
            else requestAnimationFrame(look)
          }
          ;(button as HTMLElement).click()
          look()
        }),
    )
    opened.push(took)
    await page.reload()
    await page.goto('/staff/chats?view=mine')
    await expect(row).toBeVisible()
    await page.waitForLoadState('networkidle')
  }
  figure(`a conversation of ${total} messages opens, from the click to its words, ms`, spread(opened))

  await row.click()
  await expect(log(page)).toContainText('句：')
  const field = page.getByRole('textbox', { name: '输入消息' })
  await field.click()
  const keys: number[] = []
  const long = await longTasks(page, async () => {
    let on = true
    const stream = (async () => {
      const sent: Promise<unknown>[] = []
      for (let n = 0; on; n++) {
        sent.push(say(kim, id, `边打边来 ${n}`))
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      return (await Promise.all(sent)).length
    })()
    for (let n = 0; n < 60; n++) {
      const before = Date.now()
      await page.keyboard.press('a')
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)))
      keys.push(Date.now() - before)
      await new Promise((resolve) => setTimeout(resolve, 80))
    }
    on = false
    figure('messages that came while one typed', String(await stream))
  })
  figure('a letter on the screen while messages come, ms', spread(keys))
  figure('tasks over 50 ms while messages come', `${long.length} (longest ${Math.max(0, ...long)} ms)`)
})
