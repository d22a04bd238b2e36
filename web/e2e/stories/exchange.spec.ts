import { buys, travels, waybill } from '../program/market.ts'
import { expect, test } from '../program/test.ts'

test('an exchange, from the form to the end, customer and merchant side by side', async ({ people }) => {
  const kim = await people.api('kim11')
  const clerk = await people.api('shop04')
  const order = await buys(kim, { customer: 11, shop: 4 })
  const stockOf = async () =>
    (await clerk.get<{ items: { variant_id: string; stock: number }[] }>('/v1/merchant-stock?limit=100')).items.find(
      ({ variant_id }) => variant_id === 'shop-04-shoes-43',
    )?.stock ?? Number.NaN
  const stock = await stockOf()
  const page = await people.open('kim11')
  const shop = await people.open('shop04')

  await test.step('the customer asks, step by step', async () => {
    await page.goto(`/orders/${order.id}`)
    await page.getByRole('link', { name: /换货/ }).click()
    const next = page.getByRole('button', { name: '下一步' })
    await page.getByLabel('跑步鞋 42 码').first().check({ force: true })
    await next.click()
    await expect(page.getByRole('heading', { name: '想换成哪一款？' })).toBeVisible()
    await page.getByRole('radio', { name: /黑色 · 43/ }).check({ force: true })
    await next.click()
    await page.getByRole('radio', { name: '尺码或规格不合适' }).check({ force: true })
    await next.click()
    while (!(await page.getByRole('button', { name: '提交申请' }).isVisible())) await next.click()
    await expect(page.getByText('同价换货，不用补差价')).toBeVisible()
    await page.getByRole('button', { name: '提交申请' }).click()
    await expect(page).toHaveURL(/\/cases\/\w+/)
  })
  const id = page.url().split('/cases/')[1] ?? ''
  const next = page.getByRole('region', { name: '下一步' })

  await test.step('the merchant agrees; the customer sees it at once', async () => {
    await expect(next).toContainText('商家')
    await shop.goto('/staff/shop/tasks')
    await expect(shop.getByText('答复').first()).toBeVisible()
    await shop.goto(`/staff/cases/${id}`)
    await shop.getByRole('button', { name: '答复', exact: true }).click()
    await shop.getByRole('radio', { name: /^同意/ }).check()
    await shop.getByRole('button', { name: '同意换货' }).click()
    await expect(
      page
        .getByRole('button', { name: '预约上门取件' })
        .or(page.getByRole('button', { name: /运单号/ }))
        .first(),
    ).toBeVisible()
  })

  await test.step('the goods go back', async () => {
    const number = waybill()
    await travels(number)
    await page
      .getByRole('button', { name: /运单号/ })
      .first()
      .click()
    const sheet = page.getByRole('dialog')
    await sheet.getByLabel('运单号').fill(number)
    await sheet.getByRole('button', { name: '提交运单号' }).click()
    await expect(sheet).toBeHidden()
    await clerk.until(id, 'inspection', ({ stage }) => stage === 'inspection')
    await expect(next).toContainText('商家')
    await shop.getByRole('button', { name: '收货验货' }).click()
    await shop.getByRole('radio', { name: /^完好/ }).check()
    await shop.getByLabel(/店铺称重/).fill('600')
    await shop.getByRole('button', { name: '验收无误' }).click()
  })

  await test.step('the replacement comes', async () => {
    await clerk.until(id, 'shipping', ({ stage }) => stage === 'ship')
    const number = waybill()
    await travels(number, 600, false)
    await shop.getByRole('button', { name: '发货', exact: true }).click()
    await shop.getByRole('combobox', { name: '快递公司' }).fill('顺丰')
    await shop.keyboard.press('Enter')
    await shop.getByRole('textbox', { name: '运单号' }).fill(number)
    await shop.getByRole('button', { name: '已发货' }).click()
    await page.getByRole('button', { name: '确认收货' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '确认收货' }).click()
    await expect(next).toContainText(/换货完成|已换|完成/)
  })

  await test.step('one pair less is in stock, and the case is told to its end', async () => {
    const ended = await kim.until(id, 'its end', ({ open }) => !open)
    expect(ended.outcome).toBe('exchanged')
    expect(await stockOf()).toBe(stock - 1)
    await page.getByRole('radio', { name: /5 星/ }).click({ force: true })
    await expect(page.getByRole('radio', { name: /5 星/ })).toBeChecked()
    await expect(page.getByRole('heading', { name: '谢谢您的评价' })).toBeVisible()
    await expect(page.getByText('已保存')).toBeVisible()
  })
})
