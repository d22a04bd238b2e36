import { handover, meets } from '../program/market.ts'
import { expect, test } from '../program/test.ts'

test('who has no password here comes over from the shop once more, in a second tab, and the first goes on by itself', async ({
  people,
}) => {
  // Nobody of the demo's: a customer whom the platform knows by the shop's order alone.
  const customer = meets(5)
  const page = await people.open(null)
  await page.goto(await handover(customer))
  await expect(page.getByRole('heading', { name: '我的订单' })).toBeVisible()
  await page.goto('/me/privacy')
  const proof = page.getByRole('dialog', { name: '请确认是您本人' })

  await test.step('having come a moment ago is enough, once', async () => {
    await page.getByRole('button', { name: '申请一份' }).click()
    await expect(proof.getByText('您刚从店铺过来，可以直接确认。')).toBeVisible()
    await proof.getByRole('button', { name: '确认', exact: true }).click()
    await expect(proof).toBeHidden()
    await expect(page.getByRole('button', { name: '下载' })).toBeVisible({ timeout: 60_000 })
  })

  await test.step('for the next step it is not, and the shop is the way', async () => {
    await page.getByRole('button', { name: '下载' }).click()
    await proof.getByRole('button', { name: '确认', exact: true }).click()
    await expect(proof.getByText(/请回到店铺/)).toBeVisible()
    const download = page.waitForEvent('download')
    const shop = await page.context().newPage()
    await shop.goto(await handover(customer))
    await expect(shop.getByRole('heading', { name: '我的订单' })).toBeVisible()
    expect((await download).suggestedFilename()).toMatch(/\.zip$/)
    await expect(proof).toBeHidden()
  })

  await test.step('somebody else who comes over ends it: what is on the screen is not theirs', async () => {
    await page.getByRole('button', { name: '下载' }).click()
    await expect(
      proof.getByText(/请回到店铺/).or(proof.getByRole('button', { name: '确认', exact: true })),
    ).toBeVisible()
    const shop = await page.context().newPage()
    await shop.goto(await handover(21))
    await expect(page).toHaveURL(/\/$/)
  })
})
