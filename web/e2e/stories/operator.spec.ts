import { asks, customerOf } from '../program/cases.ts'
import { codeOf } from '../program/softkey.ts'
import { desk, expect, proves, test } from '../program/test.ts'

/* What an operator does. One after the other: they all bring the same passkey. */
test.describe.configure({ mode: 'default' })

test('an operator invites an agent, who joins, sets up an app and works until the account is ended', async ({
  people,
}) => {
  const page = await people.open('operator')
  const name = `新客服 ${Date.now() % 100_000}`
  await page.goto('/staff/people?invite=1')
  await page.getByLabel('姓名', { exact: true }).fill(name)
  await page.getByLabel('可独立决定的金额（元）').fill('200')
  await page.getByRole('button', { name: '邀请并生成链接' }).click()
  await proves(page, 'operator', name)
  const dialog = page.getByRole('dialog', { name: '加入链接' })
  const link = await dialog.locator('code').innerText()
  await dialog.getByRole('checkbox').check()
  await dialog.getByRole('button', { name: '关闭' }).last().click()

  const joined = await people.open(null, desk)
  const login = `new${Date.now() % 10_000_000}`
  await joined.goto(link)
  await joined.getByLabel('登录名').fill(login)
  await joined.getByLabel('新密码').fill('orchid-lantern-47')
  await joined.getByLabel('再输入一次').fill('orchid-lantern-47')
  await joined.getByRole('button', { name: '加入' }).click()
  await joined.getByRole('link', { name: '去登录' }).click()
  await joined.getByLabel('登录名').fill(login)
  await joined.getByLabel('密码', { exact: true }).fill('orchid-lantern-47')
  await joined.getByRole('button', { name: '登录', exact: true }).click()
  await joined.getByRole('button', { name: '设置' }).last().click()
  const proof = joined.getByRole('dialog', { name: '请再次验证身份' })
  await proof.getByLabel('密码').fill('orchid-lantern-47')
  await proof.getByRole('button', { name: '验证并继续' }).click()
  await expect(joined.getByRole('img', { name: /二维码/ })).toBeVisible()
  await joined.getByText('扫不了？手动输入这个密钥').click()
  await joined.getByLabel(/6 位数字/).fill(codeOf(await joined.locator('code').innerText()))
  await expect(joined.getByRole('heading', { name: '请保存恢复码' })).toBeVisible()
  await joined.getByRole('checkbox').check()
  await joined.getByRole('button', { name: '继续' }).click()
  await expect(joined.getByRole('navigation').first()).toBeVisible()

  await test.step('they lose their second factor: it is taken away, and they set up another', async () => {
    await page.goto(`/staff/people?q=${login.slice(0, 7)}`)
    await page.getByRole('row', { name: new RegExp(name) }).click()
    await page.getByRole('button', { name: '取消第二步验证' }).click()
    await proves(page, 'operator', name)
    await expect(page.getByRole('button', { name: '取消第二步验证' })).toBeHidden()
    await joined.reload()
    await joined.getByLabel('登录名').fill(login)
    await joined.getByLabel('密码', { exact: true }).fill('orchid-lantern-47')
    await joined.getByRole('button', { name: '登录', exact: true }).click()
    await expect(joined.getByRole('button', { name: '设置' }).last()).toBeVisible()
  })

  await page.getByRole('button', { name: '停用' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '停用' }).last().click()
  await proves(page, 'operator')
  await expect(page.getByText('已停用').first()).toBeVisible()
  await joined.goto('/staff')
  await expect(joined.getByLabel('登录名')).toBeVisible()
})

test('deadlines are moved in bulk, after it was seen whom that reaches', async ({ people }) => {
  const where = { customer: 30, shop: 5 }
  const kim = await customerOf(people, where)
  const id = await asks(people, where)
  const before = await kim.until(id, 'the shop', ({ stage }) => stage === 'merchant_answer')
  const page = await people.open('operator')
  await page.goto('/staff/deadlines?step=merchant_answer&shop=shop-05')
  await expect(page.getByText(id.slice(0, 8))).toBeVisible()
  await page.getByLabel('原因').fill('华东暴雪')
  await page.getByRole('button', { name: /^把 \d+ 个案件往后移 1 天$/ }).click()
  await expect(page.getByRole('status').filter({ hasText: '已完成' })).toContainText('往后移 1 天')
  const after = await kim.until(id, 'another deadline', ({ due_at }) => due_at !== before.due_at)
  expect(Date.parse(after.due_at ?? '') - Date.parse(before.due_at ?? '')).toBe(86_400_000)
})

test('the trail is whole, and a pack is checked, with its faults by line, and compared before it is used', async ({
  people,
}) => {
  const page = await people.open('operator')
  await page.goto('/staff/audit')
  await page.getByRole('button', { name: '验证完整性' }).click()
  const verified = page.getByRole('status', { name: '验证审计记录' })
  await expect(verified).toContainText('每一条都没有被改动、删除或插入。')

  await page.goto('/staff/pack-check')
  const text = page.getByRole('textbox', { name: '规则原文（YAML）' })
  await text.fill('extends: demo\nname: spring\nversion: "2026-12"\ntimes:\n  refused: {for: never}\n')
  await page.getByRole('button', { name: '检查新规则' }).click()
  await expect(page.getByText(/有 \d+ 处要改/)).toBeVisible()
  await expect(page.getByRole('button', { name: '第 5 行' }).first()).toBeVisible()
  await text.fill(
    'extends: demo\nname: spring\nversion: "2026-12"\ndescription: {zh: 春节, en: Spring}\ntimes:\n  refused: {for: 90s}\n',
  )
  await page.getByRole('button', { name: '检查新规则' }).click()
  await expect(page.getByText('没有问题')).toBeVisible()
  await expect(page.getByText(/\d+ 处不同/)).toBeVisible()
  await expect(page.getByRole('button', { name: '启用' })).toBeVisible()
})
