import { truncateSync, writeFileSync } from 'node:fs'
import { buys, picture } from '../program/market.ts'
import { expect, test } from '../program/test.ts'

test('a refund without a return, with photos, a wrong file and one too large', async ({ people }) => {
  const kim = await people.api('kim12')
  const clerk = await people.api('shop05')
  const order = await buys(kim, { customer: 12, shop: 5, fen: 139_00 })
  const page = await people.open('kim12')
  const next = page.getByRole('button', { name: '下一步' })

  await page.goto(`/orders/${order.id}/ask/refund_only`)
  await page.getByLabel('跑步鞋 42 码').first().check({ force: true })
  await next.click()
  await expect(page.getByRole('heading', { name: '是什么原因？' })).toBeVisible()
  await page.getByRole('radio', { name: /质量/ }).first().check({ force: true })
  await next.click()
  await page.getByLabel(/情况说明/).fill('左脚鞋底开胶，穿了两天就这样。')

  const album = page.getByLabel('从相册选')
  await album.setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('not a picture') })
  await expect(page.getByText('没有添加 notes.txt')).toBeVisible()
  // What a picture is, its content says: this one is none, and the server says so.
  await album.setInputFiles({ name: 'broken.mp4', mimeType: 'video/mp4', buffer: Buffer.from('no video at all') })
  await expect(page.getByRole('button', { name: /重新上传/ })).toBeVisible()
  await page.getByRole('button', { name: '移除第 1 个附件' }).click()
  const large = test.info().outputPath('large.pdf')
  writeFileSync(large, '%PDF-1.7')
  truncateSync(large, 600 << 20)
  await album.setInputFiles(large)
  await expect(page.getByRole('button', { name: /重新上传/ })).toBeVisible()
  await expect(page.getByText('large.pdf')).toBeVisible()
  await page.getByRole('button', { name: '移除第 1 个附件' }).click()
  await album.setInputFiles([
    { name: 'sole.png', mimeType: 'image/png', buffer: picture() },
    { name: 'box.png', mimeType: 'image/png', buffer: picture() },
  ])
  await expect(page.getByRole('img', { name: /第 \d 个附件/ })).toHaveCount(2)
  await expect(page.getByText('2/')).toBeVisible()
  await expect(page.getByRole('progressbar')).toHaveCount(1) // that of the form's steps; none of a file
  while (!(await page.getByRole('button', { name: '提交申请' }).isVisible())) await next.click()
  // A double click opens one case.
  await page.getByRole('button', { name: '提交申请' }).dblclick()
  await expect(page).toHaveURL(/\/cases\/\w+/)
  const id = page.url().split('/cases/')[1] ?? ''
  const { items } = await kim.get<{ items: { id: string }[] }>(`/v1/cases?order_id=${order.id}`)
  expect(items.map((one) => one.id)).toEqual([id])
  await expect(page.getByText('左脚鞋底开胶').first()).toBeVisible()

  await clerk.do(`/v1/cases/${id}/merchant-answer`, {
    decision: 'offer',
    amount: { minor: 80_00, currency: 'CNY' },
  })
  await page.getByRole('button', { name: /接受 .*80/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: /接受/ }).dblclick()
  await expect(page.getByRole('region', { name: '下一步' })).toContainText('退回 ¥80.00')
  expect((await kim.case(id)).refunded.minor).toBe(80_00)
})
