import { buys } from '../program/market.ts'
import { accessible, expect, fits, phone, proves, test } from '../program/test.ts'

/* Money that nobody asked for, and money that should not have gone. */

test('goodwill above an agent’s limit is approved on a phone in the dark, arrives, and is in part claimed back', async ({
  people,
}) => {
  test.setTimeout(180_000)
  const kim = await people.api('kim29')
  const order = await buys(kim, { customer: 29, shop: 4, fen: 499_00 })
  const page = await people.open('agent03')

  await test.step('an agent gives more than they may decide alone', async () => {
    await page.goto(`/staff/goodwill`)
    await page.getByLabel('订单号').fill(order.id)
    await page.keyboard.press('Enter')
    await page.getByRole('spinbutton').first().fill('2')
    await page.getByLabel('金额（元）').fill('600')
    await expect(page.getByText('超过你的额度（¥500.00），提交后进入审批。')).toBeVisible()
    await page.getByLabel('给买家的说明').fill('给您添麻烦了，一点心意。')
    await page.getByRole('button', { name: '补偿 ¥600.00' }).click()
    await proves(page, 'agent03', '¥600.00')
    await expect(page).toHaveURL(/\/staff\/cases\/\w+/)
  })
  const id = page.url().split('/cases/')[1] ?? ''
  await kim.until(id, 'an approval', ({ stage }) => stage === 'approval')

  const approver = await people.open('super02', { ...phone, colorScheme: 'dark' })
  await test.step('a supervisor approves it on a phone, in the dark', async () => {
    const { approval } = await (await people.api('super02')).case(id)
    await approver.goto('/staff/approvals')
    await approver.goto(`/staff/approvals?id=${approval?.id ?? ''}`)
    await expect(approver.locator('html')).toHaveAttribute('data-theme', 'dark')
    await approver.getByRole('button', { name: '通过', exact: true }).click()
    const submit = approver.getByRole('button', { name: '通过，¥600.00' })
    await submit.click()
    const proof = approver.getByRole('dialog', { name: '请再次验证身份' })
    await expect(proof).toContainText('¥600.00')
    await expect(proof.getByRole('button', { name: /通行密钥/ })).toBeVisible()
    await fits(approver)
    await accessible(approver)
    await proves(approver, 'super02')
    await kim.until(id, 'the money', ({ open }) => !open)
  })

  await test.step('the customer has it', async () => {
    const customer = await people.open('kim29')
    await customer.goto(`/cases/${id}`)
    await expect(customer.getByRole('region', { name: '下一步' })).toContainText('退回 ¥600.00')
  })

  await test.step('a part of it was an error and is claimed back, no more than was paid', async () => {
    await approver.goto(`/staff/cases/${id}`)
    await approver.getByRole('button', { name: '追回款项' }).click()
    const form = approver.locator('form').filter({ has: approver.getByLabel('金额（元）') })
    await form.getByRole('radio', { name: '商家' }).check()
    await form.getByRole('radio', { name: '不该退的款' }).check()
    await form.getByLabel('金额（元）').fill('601')
    await form.getByRole('button', { name: '追回 ¥601.00' }).click()
    await proves(approver, 'super02', '¥601.00')
    await expect(form.getByRole('alert')).toBeVisible()
    await form.getByLabel('金额（元）').fill('100')
    await form.getByRole('button', { name: '追回 ¥100.00' }).click()
    await proves(approver, 'super02', '¥100.00')
    await expect(form).toBeHidden()
  })
})
