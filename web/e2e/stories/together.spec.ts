import type { Page } from '@playwright/test'
import { buys } from '../program/market.ts'
import { password, Person } from '../program/person.ts'
import { expect, type People, test } from '../program/test.ts'

/** A return that the merchant refused: the customer may change it or ask the platform in. */
async function refused(people: People, customer: number, shop: number): Promise<string> {
  const kim = await people.api(`kim${customer}`)
  const order = await buys(kim, { customer, shop, fen: 899_00 })
  const { case_id } = await kim.do('/v1/cases', {
    kind: 'return',
    order_id: order.id,
    lines: [{ line_id: `${order.id}-1`, quantity: 1 }],
    reason: 'no_reason',
  })
  await refuse(people, shop, case_id)
  return case_id
}

const refuse = async (people: People, shop: number, id: string) =>
  (await people.api(`shop0${shop}`)).do(`/v1/cases/${id}/merchant-answer`, {
    decision: 'refuse',
    reason_code: 'worn',
    text: '鞋底有明显磨损',
  })

async function edits(page: Page, words: string) {
  await page.getByRole('button', { name: /修改/ }).first().click()
  const sheet = page.getByRole('dialog')
  await sheet.getByRole('textbox', { name: /补充说明/ }).fill(words)
  return sheet
}

test('two tabs: what changed meanwhile is shown, and nothing typed is lost', async ({ people }) => {
  const id = await refused(people, 20, 2)
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
  await refuse(people, 2, id)
  await typed.getByRole('button', { name: '我看过了，继续' }).click()
  await expect(typed.getByRole('textbox', { name: /补充说明/ })).toHaveValue('只在室内试穿过')
  const send = typed.getByRole('button', { name: '重新提交' })
  await expect(send.or(typed.getByRole('button', { name: '我看过了，继续' }))).toBeVisible()
  if (!(await send.isVisible())) await typed.getByRole('button', { name: '我看过了，继续' }).click()
  await send.click()
  await expect(typed).toBeHidden()
  await expect(one.getByText('只在室内试穿过').first()).toBeVisible()
})

test('a session that is over is begun again in place, and what was asked goes on', async ({ people }) => {
  const id = await refused(people, 14, 2)
  const page = await people.open('kim14')
  await page.goto(`/cases/${id}`)
  const sheet = await edits(page, '只试穿了一次')
  const elsewhere = await Person.signIn('kim14')
  await elsewhere.do('/v1/me/sessions', undefined, 'DELETE')
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
  const id = await refused(people, 15, 2)
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
