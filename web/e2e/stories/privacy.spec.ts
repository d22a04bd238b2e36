import type { Page } from '@playwright/test'
import { password } from '../program/person.ts'
import { buys } from '../program/market.ts'
import { expect, test } from '../program/test.ts'

/** Proves once more who one is, where a step asks for it. */
async function prove(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog', { name: '请确认是您本人' })
  await dialog.getByLabel('密码').fill(password)
  await dialog.getByRole('button', { name: '确认', exact: true }).click()
  await expect(dialog).toBeHidden()
}

test('consent, a copy of everything, erasure asked for and called off', async ({ people }) => {
  const kim = await people.api('kim16')
  await buys(kim, { customer: 16, shop: 1 })
  const page = await people.open('kim16')

  await test.step('a consent is given and taken back', async () => {
    await page.goto('/me/privacy')
    const consent = page.getByRole('switch').last()
    const before = await consent.getAttribute('aria-checked')
    await consent.click()
    await expect(page.getByText('已保存')).toBeVisible()
    await page.reload()
    await expect(page.getByRole('switch').last()).toHaveAttribute('aria-checked', before === 'true' ? 'false' : 'true')
  })

  await test.step('a copy is asked for and fetched', async () => {
    await page.getByRole('button', { name: '申请一份' }).click()
    await prove(page)
    await expect(page.getByRole('button', { name: '下载' })).toBeVisible({ timeout: 60_000 })
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: '下载' }).click()
    await prove(page)
    expect((await download).suggestedFilename()).toMatch(/\.zip$/)
  })

  await test.step('erasure: a receipt, a time to think, called off', async () => {
    await page.goto('/me/erasure')
    await page.getByRole('button', { name: '申请注销' }).click()
    const sheet = page.getByRole('dialog')
    await sheet.getByRole('button', { name: '申请注销' }).click()
    await expect(sheet.getByText('请先确认您已了解')).toBeVisible()
    await sheet.getByLabel(/我明白/).check()
    await sheet.getByRole('button', { name: '申请注销' }).click()
    await prove(page)
    await expect(page.getByText('请保存这张回执')).toBeVisible()
    const receipt = (await page.locator('.secret-words').innerText()).trim()
    await page.getByRole('button', { name: '我已保存好' }).click()
    await expect(page.getByText('冷静期').first()).toBeVisible()

    const anybody = await people.open(null)
    await anybody.goto('/erasure')
    await anybody.getByLabel('回执').fill(receipt)
    await anybody.getByRole('button', { name: '查看' }).click()
    await expect(anybody.getByText('冷静期').first()).toBeVisible()

    await page.getByRole('button', { name: '撤回注销' }).click()
    await expect(page.getByText('注销已撤回').first()).toBeVisible()
  })
})
