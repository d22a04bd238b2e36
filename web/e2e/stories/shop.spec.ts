import { asks, attaches, clerkOf, customerOf, disputed, rests } from '../program/cases.ts'
import { travels, waybill } from '../program/market.ts'
import { expect, test } from '../program/test.ts'

/* What a shop does besides the plain way: many at once, a slip of the pen, no proof, a dispute. */

test('a shop agrees to several requests at once, each with its own result, and goes through its tasks by keyboard', async ({
  people,
}) => {
  const where = { customer: 25, shop: 8 }
  const kim = await customerOf(people, where)
  const ids = [await asks(people, where), await asks(people, where), await asks(people, where)]
  const page = await people.open('shop08')
  await page.goto('/staff/shop/tasks')
  const rows = ids.map((id) => page.getByRole('row', { name: new RegExp(id.slice(0, 10)) }))
  for (const row of rows) await expect(row).toBeVisible()

  await page.keyboard.press('j')
  await expect(page).toHaveURL(/case=/)
  const first = page.url()
  await page.keyboard.press('j')
  await expect(page).not.toHaveURL(first)
  await page.keyboard.press('k')
  await expect(page).toHaveURL(first)
  await expect(page.getByRole('complementary', { name: /^案件/ })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page).not.toHaveURL(/case=/)

  for (const row of rows) await row.getByRole('checkbox').check()
  await page.getByRole('button', { name: '同意 3 条' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('¥2,697.00')
  // One of them is gone meanwhile: it alone fails, and says why.
  await kim.do(`/v1/cases/${ids[1] ?? ''}/withdraw`)
  await dialog.getByRole('button', { name: '同意 3 条，共 ¥2,697.00' }).click()
  await expect(dialog).toContainText('成功 2，失败 1')
  await expect(dialog.getByRole('alert')).toHaveCount(1)
  expect((await kim.case(ids[0] ?? '')).stage).toBe('send_back')
  expect((await kim.case(ids[2] ?? '')).stage).toBe('send_back')
})

test('a waybill that was mistyped is corrected before the carrier has the parcel', async ({ people }) => {
  const where = { customer: 26, shop: 7, fen: 199_00, variant: 'shoes-43' }
  const clerk = await clerkOf(people, where)
  const id = await asks(people, where, { kind: 'exchange', reason: 'wrong_size' })
  await clerk.do(`/v1/cases/${id}/merchant-answer`, { decision: 'agree' })
  const back = waybill()
  await travels(back)
  await (await customerOf(people, where)).do(`/v1/cases/${id}/send-back`, { carrier: 'sf', number: back })
  await clerk.until(id, 'inspection', ({ stage }) => stage === 'inspection')
  await clerk.do(`/v1/cases/${id}/inspect`)
  await clerk.until(id, 'shipping', ({ stage }) => stage === 'ship')

  const page = await people.open('shop07')
  const customer = await people.open('kim26')
  await customer.goto(`/cases/${id}`)
  await page.goto(`/staff/cases/${id}`)
  const number = page.getByRole('textbox', { name: '运单号' })
  const [wrong, right] = [waybill(), waybill()]
  await page.getByRole('button', { name: '发货', exact: true }).click()
  await page.getByRole('combobox', { name: '快递公司' }).fill('顺丰')
  await page.keyboard.press('Enter')
  await number.fill(wrong)
  await page.getByRole('button', { name: '已发货' }).click()
  await expect(customer.getByText(wrong).first()).toBeVisible()
  await travels(right, 600, false)
  await page.getByRole('button', { name: '发货', exact: true }).click()
  await expect(number).toHaveValue(wrong)
  await number.fill(right)
  await page.getByRole('button', { name: '更正运单号' }).click()
  await expect(customer.getByText(right).first()).toBeVisible()
  await customer.getByRole('button', { name: '确认收货' }).click()
  await customer.getByRole('dialog').getByRole('button', { name: '确认收货' }).click()
  await expect(customer.getByRole('region', { name: '下一步' })).toContainText(/完成|已换/)
})

test('a shop that cannot prove a delivery concedes it, and the money goes back', async ({ people }) => {
  const where = { customer: 27, shop: 7, fen: 169_00 }
  const id = await asks(people, where, { kind: 'refund_only', reason: 'signed_not_received' })
  const page = await people.open('shop07')
  const customer = await people.open('kim27')
  await customer.goto(`/cases/${id}`)
  await page.goto(`/staff/cases/${id}`)
  await page.getByRole('button', { name: '证明已送达' }).click()
  await page.getByRole('radio', { name: /无法证明/ }).check()
  await page.getByRole('button', { name: '立即退款 ¥169.00' }).click()
  await expect(customer.getByRole('region', { name: '下一步' })).toContainText('退回 ¥169.00')
  await expect(customer.getByText('商家承认没有送达')).toBeVisible()
})

test('a shop asks to wait, goes on, and appeals with new evidence', async ({ people }) => {
  test.setTimeout(180_000)
  const where = { customer: 28, shop: 8, fen: 129_00 }
  const [kim, clerk] = [await customerOf(people, where), await clerkOf(people, where)]
  const { complaint } = await disputed(people, where)
  const page = await people.open('shop08')
  const customer = await people.open('kim28')
  await page.goto(`/staff/cases/${complaint}`)
  await customer.goto(`/cases/${complaint}`)

  await test.step('both agree to wait; the clock stands until the shop goes on', async () => {
    await page.getByRole('button', { name: '申请中止' }).click()
    await page.getByLabel('理由').fill('等检测报告')
    await page.getByRole('button', { name: '申请中止' }).last().click()
    await customer.getByRole('button', { name: '同意暂停' }).click()
    await customer.getByRole('dialog').getByRole('button', { name: '同意暂停' }).click()
    await expect(customer.getByText('已暂停处理')).toBeVisible()
    await kim.until(complaint, 'the suspension', ({ stage }) => stage === 'suspended')
    await page.getByRole('button', { name: '恢复处理' }).click()
    await page.getByRole('button', { name: '恢复处理' }).last().click()
    await kim.until(complaint, 'its going on', ({ stage }) => stage !== 'suspended')
  })

  await test.step('it is judged against the shop, which appeals', async () => {
    await rests(complaint, kim, clerk)
    const [agent, other] = [await people.api('agent01'), await people.api('agent02')]
    await agent.do(`/v1/cases/${complaint}/propose`, { outcome: 'refund', liability: 'merchant', text: '凭证不足' })
    await page.getByRole('button', { name: '执行处理结果' }).click()
    await page.getByRole('button', { name: /^执行，退款 ¥129/ }).click()
    await page.getByRole('button', { name: '申诉', exact: true }).click()
    await page.getByRole('button', { name: '申诉', exact: true }).last().click()
    await expect(page.getByText('请至少添加一个文件。')).toBeVisible()
    await attaches(page, 'report.png')
    await page.getByLabel('理由').fill('检测报告显示鞋底磨损')
    await page.getByRole('button', { name: '申诉', exact: true }).last().click()
    await kim.until(complaint, 'the appeal', ({ stage }) => stage === 'appeal_review')
    await expect(customer.getByText('检测报告显示鞋底磨损').first()).toBeVisible()
    await other.do(`/v1/cases/${complaint}/propose`, {
      outcome: 'partial',
      amount: { minor: 80_00, currency: 'CNY' },
      liability: 'merchant',
      text: '部分磨损属实',
    })
  })

  await test.step('both read the last word', async () => {
    await expect(page.getByText('部分磨损属实').first()).toBeVisible()
    await expect(customer.getByText('平台的最终判定')).toBeVisible()
    await expect(customer.getByText('退款 ¥80.00').first()).toBeVisible()
  })
})
