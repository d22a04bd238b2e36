import { asks } from '../program/cases.ts'
import { buys, chargesBack } from '../program/market.ts'
import { password } from '../program/person.ts'
import { expect, proves, test } from '../program/test.ts'

/* What people come across seldom: ways back in, money that a bank took back, rules of a shop's own, who looked at too much. */

test('a customer who forgot the password is helped back in, after somebody made sure who they are', async ({
  people,
}) => {
  const page = await people.open('operator')
  await page.goto('/staff/customer-access')
  await page.getByLabel('买家编号').fill('customer-39')
  await page.getByRole('button', { name: '生成重设链接' }).click()
  await expect(page.getByText('请先核实身份，再勾选。')).toBeVisible()
  await page.getByRole('checkbox', { name: /核实/ }).check()
  await page.getByRole('button', { name: '生成重设链接' }).click()
  await proves(page, 'operator', 'customer-39')
  const dialog = page.getByRole('dialog', { name: '重设密码的链接' })
  const link = await dialog.locator('code').innerText()
  await expect(dialog.getByRole('button', { name: '关闭' }).last()).toBeDisabled()
  await dialog.getByRole('checkbox').check()
  await dialog.getByRole('button', { name: '关闭' }).last().click()

  const phone = await people.open(null)
  await phone.goto(link)
  await expect(phone, 'the token is not left in the address').not.toHaveURL(/#/)
  await phone.getByLabel('新密码').fill('orchid-lantern-47')
  await phone.getByRole('button', { name: '保存新密码' }).click()
  await phone
    .getByRole('link')
    .filter({ hasText: /登录|继续/ })
    .first()
    .click()
  await phone.getByLabel('登录名').fill('kim39')
  await phone.getByLabel('密码', { exact: true }).fill(password)
  await phone.getByRole('button', { name: '登录', exact: true }).click()
  await expect(phone.getByRole('alert')).toBeVisible()
  await phone.getByLabel('密码', { exact: true }).fill('orchid-lantern-47')
  await phone.getByRole('button', { name: '登录', exact: true }).click()
  await expect(phone.getByRole('link', { name: /订单/ }).first()).toBeVisible()

  await page.getByRole('radio', { name: /取消第二步验证/ }).check()
  await page.getByRole('checkbox', { name: /核实/ }).check()
  await page.getByRole('button', { name: '取消第二步验证' }).click()
  await proves(page, 'operator', 'customer-39')
  await expect(page.getByRole('alert'), 'nobody takes a whole account over alone').toContainText('由另一位运营人员办理')
})

test('money that a bank took back stands among the shop’s money, with its order', async ({ people }) => {
  const [kim, clerk] = [await people.api('kim38'), await people.api('shop06')]
  const order = await buys(kim, { customer: 38, shop: 6, fen: 321_00 })
  await chargesBack(order.id, 321_00)
  await expect
    .poll(
      async () => (await clerk.get<{ items: { order_id?: string }[] }>('/v1/merchant-fund-moves')).items[0]?.order_id,
    )
    .toBe(order.id)
  const page = await people.open('shop06')
  await page.goto('/staff/shop/funds')
  const row = page.getByRole('row').filter({ hasText: order.id })
  await expect(row).toContainText('银行退单')
  await expect(row).toContainText('321.00')
  await row.getByRole('link', { name: new RegExp(order.id) }).click()
  await expect(page).toHaveURL(new RegExp(`number=${order.id}`))
})

test('a rule of a shop’s own is set with a fresh factor, which is told what becomes of which rule', async ({
  people,
}) => {
  const page = await people.open('shop08')
  await page.goto('/staff/shop/settings?tab=rules')
  const dialog = page.getByRole('dialog', { name: /规则/ })
  const proof = page.getByRole('dialog', { name: '请再次验证身份' })
  const brings = async (...facts: string[]) => {
    for (const fact of facts) await expect(proof).toContainText(fact)
    await proof.getByLabel('密码').fill(password)
    await proof.getByRole('button', { name: '验证并继续' }).click()
    await expect(proof).toBeHidden()
  }
  await page.getByRole('button', { name: '添加规则' }).click()
  await dialog.getByRole('checkbox', { name: '换货' }).check()
  await dialog.getByLabel('金额不超过（元）').fill('120')
  await dialog.getByRole('button', { name: '保存' }).click()
  await brings('新增 own_1', '换货，任何原因，不超过 ¥120.00：自动同意')
  await expect(dialog).toBeHidden()
  await page.getByRole('switch', { name: '启用 own_1' }).click()
  await brings('修改 own_1', '自动同意 → 换货', '已停用')
  await expect(page.getByRole('switch', { name: '启用 own_1' })).not.toBeChecked()
})

test('who looks at very many hidden names is told to the operators, who look into it', async ({ people }) => {
  const where = { customer: 37, shop: 3 }
  const agent = await people.api('agent02')
  // Of a request one may see whom its goods went to: a look at each of more orders than anybody needs in an hour.
  for (let n = 0; n < 20; n++) {
    const { order_id } = await agent.get<{ order_id: string }>(`/v1/cases/${await asks(people, where)}`)
    await agent.do(`/v1/orders/${order_id}/reveal`, { reason: 'contact' })
  }
  const page = await people.open('operator')
  await page.goto('/staff/alarms')
  const alarm = page.getByRole('listitem').filter({ hasText: '大量查看' }).first()
  await expect(alarm).toContainText(/看了 \d+ 个不同的/)
  await alarm.getByRole('link', { name: '看他的审计记录' }).click()
  await expect(page.getByRole('row', { name: /agent02.*order\.reveal/ }).first()).toBeVisible()
  await page.goBack()
  await alarm.getByRole('button', { name: '已查清' }).click()
  await page.getByRole('button', { name: '已查清' }).last().click()
  await expect(page.getByText('没有警报')).toBeVisible()
  await page.getByText('已处理', { exact: true }).click()
  await expect(page.getByRole('listitem').filter({ hasText: '大量查看' }).first()).toContainText('已处理')
})
