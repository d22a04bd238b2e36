import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from '@playwright/test'
import { buys, picture } from '../program/market.ts'
import { drawn, type People, settled, test } from '../program/test.ts'

/* Pictures of the main screens as they are now. With AFTERSALES_GALLERY=all every size, theme and language; else the few that docs show. */

const all = process.env.AFTERSALES_GALLERY === 'all'
const folder = resolve(import.meta.dirname, '../../..', all ? 'web/test-results/gallery' : 'docs/screens')

const sizes = { phone: [390, 844], desk: [1280, 800], wide: [1920, 1080] } as const
type Size = keyof typeof sizes

interface Shot {
  name: string
  login: string
  path: string
  size: Size
  theme: 'light' | 'dark'
  lang: 'zh-CN' | 'en'
}

test('pictures of the main screens', async ({ people }) => {
  const known = await scene(people)
  mkdirSync(folder, { recursive: true })
  const screens: Shot[] = [
    { name: 'customer-orders', login: 'kim33', path: '/', size: 'phone', theme: 'light', lang: 'zh-CN' },
    {
      name: 'customer-ask',
      login: 'kim33',
      path: `/orders/${known.order}/ask/exchange?step=items`,
      size: 'phone',
      theme: 'light',
      lang: 'zh-CN',
    },
    {
      name: 'customer-case',
      login: 'kim33',
      path: `/cases/${known.case}`,
      size: 'phone',
      theme: 'light',
      lang: 'zh-CN',
    },
    {
      name: 'customer-case-dark',
      login: 'kim33',
      path: `/cases/${known.case}`,
      size: 'phone',
      theme: 'dark',
      lang: 'en',
    },
    { name: 'customer-wide', login: 'kim33', path: `/cases/${known.case}`, size: 'desk', theme: 'light', lang: 'en' },
    { name: 'merchant-tasks', login: 'shop03', path: '/staff/shop/tasks', size: 'desk', theme: 'light', lang: 'zh-CN' },
    { name: 'merchant-figures', login: 'shop03', path: '/staff/shop/figures', size: 'desk', theme: 'dark', lang: 'en' },
    {
      name: 'agent-review',
      login: 'agent01',
      path: `/staff/cases/${known.complaint}`,
      size: 'wide',
      theme: 'light',
      lang: 'zh-CN',
    },
    { name: 'agent-cases', login: 'agent01', path: '/staff/cases', size: 'desk', theme: 'light', lang: 'en' },
    {
      name: 'supervisor-approvals',
      login: 'super01',
      path: '/staff/approvals',
      size: 'desk',
      theme: 'light',
      lang: 'zh-CN',
    },
    { name: 'operator', login: 'operator', path: '/staff', size: 'desk', theme: 'dark', lang: 'zh-CN' },
  ]
  const wanted = all ? screens.flatMap(everyWay) : screens
  for (const shot of wanted) await take(people, shot)
})

const everyWay = (shot: Shot): Shot[] =>
  (Object.keys(sizes) as Size[]).flatMap((size) =>
    (['light', 'dark'] as const).flatMap((theme) =>
      (['zh-CN', 'en'] as const).map((lang) => ({
        ...shot,
        name: `${shot.name}-${size}-${theme}-${lang}`,
        size,
        theme,
        lang,
      })),
    ),
  )

/** Something to see: requests at several stages, a complaint with both sides' evidence, a proposal that waits. */
async function scene(people: People): Promise<{ order: string; case: string; complaint: string }> {
  const [kim, clerk, agent] = [await people.api('kim33'), await people.api('shop03'), await people.api('agent01')]
  const asks = async (more: object) => {
    const order = await buys(kim, { customer: 33, shop: 3, fen: 899_00 })
    const lines = [{ line_id: `${order.id}-1`, quantity: 1 }]
    const { case_id } = await kim.do('/v1/cases', { order_id: order.id, lines, ...more })
    return case_id
  }
  const { id: order } = await buys(kim, { customer: 33, shop: 3 })
  const show = async (who = kim) => [await who.upload(picture(640))]
  await asks({ kind: 'return', reason: 'no_reason' })
  await asks({ kind: 'refund_only', reason: 'quality', text: '左脚鞋底开胶，穿了两天就这样。', evidence: await show() })
  const agreed = await asks({ kind: 'return', reason: 'quality', text: '鞋面有划痕', evidence: await show() })
  await clerk.do(`/v1/cases/${agreed}/merchant-answer`, { decision: 'agree' })
  const disputed = async () => {
    const id = await asks({ kind: 'return', reason: 'quality', text: '鞋底开胶，没有穿出门', evidence: await show() })
    await clerk.do(`/v1/cases/${id}/merchant-answer`, {
      decision: 'refuse',
      reason_code: 'worn',
      text: '鞋底有明显磨损，影响再次销售',
      evidence: await show(clerk),
    })
    await kim.do(`/v1/cases/${id}/escalate`, { text: '鞋子没有穿过，吊牌还在' })
    const complaint = (await kim.until(id, 'a complaint', (one) => one.child !== undefined)).child?.case_id ?? ''
    await kim.do(`/v1/cases/${complaint}/evidence`, { evidence: await show(), text: '吊牌的照片' })
    await clerk.do(`/v1/cases/${complaint}/evidence`, { evidence: await show(clerk), text: '收到时的照片' })
    for (const stage of ['settle', 'complaint_evidence'])
      for (const side of [kim, clerk])
        if ((await side.case(complaint)).stage === stage)
          await side.do(`/v1/cases/${complaint}/rest`).catch(() => undefined)
    await kim.until(complaint, 'the review', (one) => one.stage === 'review')
    return complaint
  }
  const judged = await disputed()
  await agent.do(`/v1/cases/${judged}/propose`, {
    outcome: 'partial',
    amount: { minor: 700_00, currency: 'CNY' },
    liability: 'merchant',
    text: '双方照片相符，磨损不影响二次销售。',
  })
  return { order, case: agreed, complaint: await disputed() }
}

async function take(people: People, shot: Shot): Promise<void> {
  const [width, height] = sizes[shot.size]
  const page: Page = await people.open(shot.login, {
    viewport: { width, height },
    deviceScaleFactor: 1,
    isMobile: shot.size === 'phone',
    hasTouch: shot.size === 'phone',
    colorScheme: shot.theme,
    locale: shot.lang,
  })
  await page.addInitScript((lang) => localStorage.setItem('aftersales.language', lang), shot.lang)
  await page.goto(shot.path)
  await page.locator('h1').first().waitFor()
  await settled(page)
  await drawn(page)
  writeFileSync(join(folder, `${shot.name}.png`), await page.screenshot({ scale: 'css' }))
  await page.context().close()
}
