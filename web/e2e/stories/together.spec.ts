import { asks, clerkOf, customerOf, refused, worn } from '../program/cases.ts'
import { password, Person } from '../program/person.ts'
import { expect, type Page, test } from '../program/test.ts'

async function edits(page: Page, words: string) {
  await page.getByRole('button', { name: /修改/ }).first().click()
  const sheet = page.getByRole('dialog')
  await sheet.getByRole('textbox', { name: /补充说明/ }).fill(words)
  return sheet
}

/** Lets a session be over at the moment at which something is sent: not before, when the page itself could find it out. */
const endsBefore = (page: Page, command: string, end: () => Promise<unknown>) =>
  page.route(
    (url) => url.pathname.endsWith(command),
    async (route) => {
      await end()
      await route.continue()
    },
    { times: 1 },
  )

test('two tabs: what changed meanwhile is shown, and nothing typed is lost', async ({ people }) => {
  const where = { customer: 20, shop: 2 }
  const id = await refused(people, where)
  const one = await people.open('kim20')
  const other = await one.context().newPage()
  await one.goto(`/cases/${id}`)
  await other.goto(`/cases/${id}`)
  const typed = await edits(one, '只在室内试穿过')
  const first = await edits(other, '吊牌还在')
  await first.getByRole('button', { name: '重新提交' }).click()
  await expect(first).toBeHidden()
  await expect(typed.getByText('情况刚刚有了变化')).toBeVisible()
  await expect(typed.getByRole('textbox', { name: /补充说明/ })).toHaveValue('只在室内试穿过')
  await (await clerkOf(people, where)).do(`/v1/cases/${id}/merchant-answer`, worn)
  // The page below knows of that, too, before it is said that it was seen.
  await expect(one.getByRole('region', { name: '下一步' })).toContainText('轮到您了')
  await typed.getByRole('button', { name: '我看过了，继续' }).click()
  await expect(typed.getByRole('textbox', { name: /补充说明/ })).toHaveValue('只在室内试穿过')
  const send = typed.getByRole('button', { name: '重新提交' })
  await send.click()
  await expect(typed).toBeHidden()
  await expect(one.getByText('只在室内试穿过').first()).toBeVisible()
})

test('a session that is over is begun again in place, and what was asked goes on', async ({ people }) => {
  const id = await refused(people, { customer: 14, shop: 2 })
  const page = await people.open('kim14')
  await page.goto(`/cases/${id}`)
  const sheet = await edits(page, '只试穿了一次')
  const elsewhere = await Person.signIn('kim14')
  await endsBefore(page, '/edit', () => elsewhere.do('/v1/me/sessions', undefined, 'DELETE'))
  await sheet.getByRole('button', { name: '重新提交' }).click()
  const door = page.getByRole('dialog', { name: '请重新登录' })
  await door.getByLabel('登录名').fill('kim14')
  await door.getByLabel('密码').fill('wrong-password')
  await door.getByRole('button', { name: '登录', exact: true }).click()
  await expect(door.getByRole('alert')).toBeVisible()
  await door.getByLabel('密码').fill(password)
  await door.getByRole('button', { name: '登录', exact: true }).click()
  await expect(door).toBeHidden()
  await expect(sheet).toBeHidden()
  await expect(page.getByText('只试穿了一次').first()).toBeVisible()
  await elsewhere.until(id, 'the changed request', ({ stage }) => stage === 'merchant_answer')
})

test('a double click withdraws once, and says what follows first', async ({ people }) => {
  const id = await refused(people, { customer: 15, shop: 2 })
  const page = await people.open('kim15')
  await page.goto(`/cases/${id}`)
  await page.getByRole('button', { name: /撤回/ }).first().click()
  const sheet = page.getByRole('dialog')
  await expect(sheet.getByRole('heading', { name: '撤回申请？' })).toBeVisible()
  const sent: string[] = []
  page.on('request', (request) => {
    if (request.url().endsWith('/withdraw')) sent.push(request.url())
  })
  await sheet.getByRole('button', { name: '确认撤回' }).dblclick()
  await expect(sheet).toBeHidden()
  await expect(page.getByRole('region', { name: '下一步' })).toContainText('撤回')
  expect(sent).toHaveLength(1)
})

test('a shop’s form outlives what a colleague did meanwhile and a session that ended: what was typed is sent in the end', async ({
  people,
}) => {
  const where = { customer: 10, shop: 6 }
  const [kim, clerk] = [await customerOf(people, where), await clerkOf(people, where)]
  const id = await asks(people, where)
  const page = await people.open('shop06')
  await page.goto(`/staff/cases/${id}`)
  const form = page.locator('form').filter({ has: page.getByLabel('给买家的说明') })
  await page.getByRole('button', { name: '答复', exact: true }).click()
  await page.getByRole('radio', { name: /提出其他金额/ }).check()
  await form.getByLabel('退款金额（元）').fill('500')
  await form.getByLabel('给买家的说明').fill('商品您留着')

  await test.step('a colleague was faster: what changed is shown', async () => {
    const offer = { decision: 'offer', amount: { minor: 300_00, currency: 'CNY' } }
    await clerk.do(`/v1/cases/${id}/merchant-answer`, offer)
    await expect(form.getByRole('alert')).toContainText('你填写期间，案件有了变化')
    await expect(form.getByRole('alert')).toContainText('¥300.00')
    await kim.until(id, 'the offer', ({ stage }) => stage === 'offer')
    await kim.do(`/v1/cases/${id}/answer-offer`, { accept: false })
    await expect(page.getByRole('region', { name: /轮到你|答复/ }).first()).toBeVisible()
    await expect(form.getByLabel('退款金额（元）')).toHaveValue('500')
  })

  await test.step('the session is over: signing in in place sends it', async () => {
    await kim.until(id, 'the shop', ({ stage }) => stage === 'merchant_answer')
    const here = await page.context().request.get('/v1/me/sessions')
    const { items } = (await here.json()) as { items: { id: string; current: boolean }[] }
    const session = items.find(({ current }) => current)?.id ?? ''
    await endsBefore(page, '/merchant-answer', () => clerk.do(`/v1/me/sessions/${session}`, undefined, 'DELETE'))
    const door = page.getByRole('dialog', { name: '请重新登录' })
    // What just changed must have stood there for a moment before a press counts.
    await expect(async () => {
      await form.getByRole('button', { name: '核对无误，再次提交' }).click()
      await expect(door).toBeVisible({ timeout: 1000 })
    }).toPass()
    await door.getByLabel('登录名').fill('shop06')
    await door.getByLabel('密码', { exact: true }).fill(password)
    await door.getByRole('button', { name: '登录', exact: true }).click()
    await expect(door).toBeHidden()
    const offered = await kim.until(id, 'the offer', ({ stage }) => stage === 'offer')
    expect(offered.offer?.amount.minor).toBe(500_00)
  })
})
