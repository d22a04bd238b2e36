import { buys } from '../program/market.ts'
import { expect, test } from '../program/test.ts'
import { pidOf } from '../program/world.ts'

const away = ['WebSocket', 'ERR_CONNECTION_REFUSED', 'ERR_CONNECTION_RESET', 'ERR_EMPTY_RESPONSE', '500', '502', '503']

test('the server is killed under open pages: they say so, go on by themselves, and keep what was typed', async ({
  people,
}) => {
  people.expects(...away)
  const [kim, clerk] = [await people.api('kim23'), await people.api('shop01')]
  const order = await buys(kim, { customer: 23, shop: 1, fen: 899_00 })
  const { case_id: id } = await kim.do('/v1/cases', {
    kind: 'return',
    order_id: order.id,
    lines: [{ line_id: `${order.id}-1`, quantity: 1 }],
    reason: 'no_reason',
  })
  await clerk.do(`/v1/cases/${id}/merchant-answer`, { decision: 'refuse', reason_code: 'worn', text: '鞋底有磨损' })
  const page = await people.open('kim23')
  const staff = await people.open('agent01')
  await page.goto(`/cases/${id}`)
  await staff.goto(`/staff/cases/${id}`)
  await expect(staff.getByText('鞋底有磨损').first()).toBeVisible()
  await page.getByRole('button', { name: /修改/ }).first().click()
  const sheet = page.getByRole('dialog')
  await sheet.getByRole('textbox', { name: /补充说明/ }).fill('只在室内试穿过')

  process.kill(pidOf('api'), 'SIGKILL')
  await expect(page.getByText('正在重新连接')).toBeVisible()
  // It is back within moments; nobody presses anything, and the strip goes.
  await expect(page.getByText('正在重新连接')).toBeHidden({ timeout: 60_000 })
  await expect(staff.getByText('连接已断开')).toBeHidden({ timeout: 60_000 })

  await expect(sheet.getByRole('textbox', { name: /补充说明/ })).toHaveValue('只在室内试穿过')
  await sheet.getByRole('button', { name: '重新提交' }).click()
  await expect(sheet).toBeHidden()
  // The other page hears of it over the connection that it made anew.
  await expect(staff.getByText('只在室内试穿过').first()).toBeVisible()
})

test('work goes on while the worker is killed', async ({ people }) => {
  const [kim, clerk] = [await people.api('kim24'), await people.api('shop01')]
  const order = await buys(kim, { customer: 24, shop: 1, fen: 899_00 })
  const page = await people.open('kim24')
  await page.goto(`/orders/${order.id}/ask/return`)
  const next = page.getByRole('button', { name: '下一步' })
  await page.getByLabel('跑步鞋 42 码').first().check({ force: true })
  await next.click()
  await page
    .getByRole('radio', { name: /不想要了/ })
    .first()
    .check({ force: true })
  const send = page.getByRole('button', { name: '提交申请' })
  await next.click()
  while (!(await send.isVisible())) await next.click()
  process.kill(pidOf('worker'), 'SIGKILL')
  await send.click()
  await expect(page).toHaveURL(/\/cases\/\w+/, { timeout: 60_000 })
  const id = page.url().split('/cases/')[1] ?? ''
  await clerk.do(`/v1/cases/${id}/merchant-answer`, { decision: 'agree' })
  await expect(page.getByRole('region', { name: '下一步' })).toContainText('轮到您了', { timeout: 60_000 })
})
