import { buys, chargesBack } from '../program/market.ts'
import { password } from '../program/person.ts'
import { expect, test } from '../program/test.ts'

/* What people come across seldom: money that a bank took back, rules of a shop's own. */

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
