import type { Page } from '@playwright/test'
import { randomBytes } from 'node:crypto'
import { buys } from '../program/market.ts'
import { expect, test } from '../program/test.ts'

/** A document of some size, so that sending it takes a while. */
function document(bytes: number): Buffer {
  const body = randomBytes(bytes / 2).toString('hex')
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>',
    `<< /Length ${body.length} >>\nstream\n${body}\nendstream`,
  ]
  let text = '%PDF-1.7\n'
  const offsets = objects.map((object, n) => {
    const at = text.length
    text += `${n + 1} 0 obj\n${object}\nendobj\n`
    return `${String(at).padStart(10, '0')} 00000 n \n`
  })
  const table = `xref\n0 5\n0000000000 65535 f \n${offsets.join('')}trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`
  return Buffer.from(text + table)
}

const cutOff = ['ERR_INTERNET_DISCONNECTED', 'WebSocket']

test('an upload that the network breaks goes on by itself when it is back', async ({ people }) => {
  people.expects(...cutOff)
  const kim = await people.api('kim18')
  const order = await buys(kim, { customer: 18, shop: 3 })
  const page = await people.open('kim18')
  await page.goto(`/orders/${order.id}/ask/complaint`)
  const next = page.getByRole('button', { name: '下一步' })
  await page.getByRole('radio', { name: /商品或退款/ }).check({ force: true })
  await next.click()
  await page.getByLabel('跑步鞋 42 码').first().check({ force: true })
  await next.click()
  await page.getByRole('radio').first().check({ force: true })
  await next.click()
  await page.getByLabel(/情况说明/).fill('说的和实物不一样')
  await slowly(page, 600_000)
  await page
    .getByLabel('从相册选')
    .setInputFiles({ name: 'report.pdf', mimeType: 'application/pdf', buffer: document(5 << 20) })
  const progress = page.getByRole('progressbar', { name: '正在上传第 1 个附件' })
  await expect.poll(async () => Number(await progress.getAttribute('value'))).toBeGreaterThan(20)
  await page.context().setOffline(true)
  await expect(page.getByText('网络已断开')).toBeVisible()
  const far = Number(await progress.getAttribute('value'))
  await page.context().setOffline(false)
  await slowly(page, -1)
  await expect(progress).toBeHidden()
  await expect(page.getByRole('button', { name: /重新上传/ })).toHaveCount(0)
  await expect(page.getByRole('img', { name: '第 1 个附件' })).toBeVisible()
  await expect(page.getByLabel(/情况说明/)).toHaveValue('说的和实物不一样')
  expect(far).toBeLessThan(100)
})

test('a case page without network says so, and shows what happened as soon as it is back', async ({ people }) => {
  people.expects(...cutOff)
  const [kim, clerk] = [await people.api('kim19'), await people.api('shop03')]
  const order = await buys(kim, { customer: 19, shop: 3, fen: 899_00 })
  const { case_id: id } = await kim.do('/v1/cases', {
    kind: 'return',
    order_id: order.id,
    lines: [{ line_id: `${order.id}-1`, quantity: 1 }],
    reason: 'no_reason',
  })
  const page = await people.open('kim19')
  await page.goto(`/cases/${id}`)
  const next = page.getByRole('region', { name: '下一步' })
  await expect(next).toContainText('商家')
  await page.context().setOffline(true)
  await expect(page.getByText('网络已断开')).toBeVisible()
  await clerk.do(`/v1/cases/${id}/merchant-answer`, { decision: 'agree' })
  await expect(next).not.toContainText('轮到您了')
  await page.context().setOffline(false)
  await expect(page.getByText('网络已断开')).toBeHidden()
  await expect(next).toContainText('轮到您了')
})

/** Lets bytes leave at no more than so many a second; -1: as they can. */
async function slowly(page: Page, upload: number): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: upload,
  })
}
