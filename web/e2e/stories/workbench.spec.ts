import type { Page } from '@playwright/test'
import { accessible, desk, expect, fits, proves, test } from '../program/test.ts'
import type { Person } from '../program/person.ts'

const log = (page: Page) => page.getByRole('log', { name: '对话内容' })
const field = (page: Page) => page.getByRole('textbox', { name: '输入消息' })

/** A conversation of a customer's that an agent has. */
async function held(kim: Person, agent: Person, words: string): Promise<string> {
  const { id } = await kim.do<{ id: string }>('/v1/conversations', { lang: 'zh-CN' })
  await kim.do(`/v1/conversations/${id}/messages`, { client_id: crypto.randomUUID(), kind: 'text', text: words })
  await kim.do(`/v1/conversations/${id}/person`)
  const { state } = await agent.get<{ state: string }>(`/v1/conversations/${id}`)
  if (state !== 'people') await agent.do(`/v1/conversations/${id}/claim`)
  return id
}

test('what was sent too soon is taken back, a draft goes on at another desk, and nothing of it reaches the customer', async ({
  people,
}) => {
  const [kim, agent] = [await people.api('kim36'), await people.api('agent01')]
  const id = await held(kim, agent, '鞋子开胶了')
  const page = await people.open('agent01')
  await page.goto(`/staff/chats?view=mine&c=${id}`)
  await field(page).fill('您自己穿坏的')
  await page.keyboard.press('Enter')
  await expect(log(page).getByText('即将发送')).toBeVisible()
  await page.getByRole('button', { name: '撤销' }).click()
  await expect(field(page)).toHaveValue('您自己穿坏的')

  await field(page).fill('您好，请发一张照片')
  const saved = page.waitForResponse((answer) => answer.url().endsWith('/draft') && answer.ok())
  await saved
  const other = await people.open('agent01', desk)
  await other.goto(`/staff/chats?view=mine&c=${id}`)
  await expect(field(other)).toHaveValue('您好，请发一张照片')
  await field(other).press('Enter')
  await field(other).press('Enter') // at once
  await expect(log(other).getByText('已送达')).toBeVisible()
  await expect(log(page).getByText('您好，请发一张照片')).toBeVisible()

  const { items } = await kim.get<{ items: { from: { role: string }; content: { text?: string } }[] }>(
    `/v1/conversations/${id}/messages?limit=100`,
  )
  expect(items.filter((one) => one.from.role === 'agent').map((one) => one.content.text)).toEqual([
    '您好，请发一张照片',
  ])
})

test('several conversations at once have a result each; a filter is kept, and something to do is done', async ({
  people,
}) => {
  const agent = await people.api('agent01')
  const kims = [await people.api('kim37'), await people.api('kim38')]
  for (const [n, kim] of kims.entries()) await held(kim, agent, `批量处理第${n + 1}个`)
  const page = await people.open('agent01')
  await page.goto('/staff/chats?view=filter&q=state%3Dpeople%26whose%3Dmine')
  for (const name of ['顾客 R-37', '顾客 R-38']) await page.getByRole('checkbox', { name: `选择${name}` }).check()
  await page.getByRole('button', { name: '批量处理' }).click()
  await page.getByRole('menuitem', { name: '优先级' }).click()
  await page.getByRole('menuitem', { name: '紧急' }).click()
  await expect(page.getByText('2 个已处理')).toBeVisible()
  await expect(page.getByRole('listitem').filter({ hasText: 'R-37' }).getByText('已处理')).toBeVisible()
  await accessible(page)

  const name = `紧急 ${Date.now() % 100_000}`
  await page.getByRole('combobox', { name: '优先级' }).click()
  await page.getByTitle('紧急').click()
  await expect(page).toHaveURL(/priority%3Durgent/)
  await page.getByRole('button', { name: '保存的筛选' }).click()
  await page.getByRole('textbox', { name: '给当前筛选起名' }).fill(name)
  await page.getByRole('button', { name: '保存', exact: true }).click()
  await expect(page.getByRole('button', { name: '保存的筛选' })).toContainText(name)

  await page.getByRole('button', { name: /^顾客 R-37/ }).click()
  await page.getByRole('button', { name: '记一件事' }).click()
  await page.getByRole('textbox', { name: '要做什么' }).fill(`回电 ${name}`)
  await page.getByRole('button', { name: '记下' }).click()
  await page.getByRole('group', { name: '会话列表' }).getByRole('button', { name: /^跟进/ }).click()
  const todo = page.getByRole('list', { name: '跟进' })
  await expect(todo.getByText(`回电 ${name}`)).toBeVisible()
  await todo.getByRole('button', { name: `完成：回电 ${name}` }).click()
  await expect(todo.getByText(`回电 ${name}`)).toHaveCount(0)
})

test('a supervisor makes a tag, a reply, a target and the hours; an agent answers with the reply', async ({
  people,
}) => {
  const [kim, agent] = [await people.api('kim39'), await people.api('agent01')]
  const id = await held(kim, agent, '什么时候退款')
  const lead = await people.open('super01')
  const short = `t${Date.now() % 1_000_000}`
  await lead.goto('/staff/desk/canned?edit=new')
  await lead.getByRole('textbox', { name: '快捷词' }).fill(short)
  await lead.getByRole('textbox', { name: '标题' }).fill('退款时间')
  await lead.getByRole('textbox', { name: '回复内容' }).fill('退款一般当天到账。')
  await lead.getByRole('button', { name: '保存' }).click()
  await expect(lead.getByText(`/${short}`)).toBeVisible()
  await accessible(lead)
  await lead.getByRole('link', { name: '标签' }).click()
  await lead.getByRole('textbox', { name: '标签名' }).fill(short)
  await lead.getByRole('button', { name: '新建标签' }).click()
  await expect(lead.getByText(short, { exact: true })).toBeVisible()
  await lead.getByRole('link', { name: '服务时限' }).click()
  await lead.getByRole('button', { name: '新增时限' }).click()
  await lead.getByRole('combobox', { name: '优先级' }).click()
  await lead.getByTitle('不急').click()
  await lead.getByRole('button', { name: '保存' }).click()
  await expect(lead.getByRole('table', { name: '服务时限' }).getByText('不急的会话')).toBeVisible()
  await lead.getByRole('link', { name: '工作时间' }).click()
  await expect(lead.getByRole('list', { name: '一周' }).getByRole('listitem')).toHaveCount(7)
  await lead.getByRole('button', { name: '保存' }).click()
  await expect(lead.getByText('已保存')).toBeVisible()
  await accessible(lead)

  const page = await people.open('agent01')
  await page.goto(`/staff/chats?view=mine&c=${id}`)
  await field(page).pressSequentially(`/${short}`)
  await page.getByRole('option', { name: new RegExp(short) }).click()
  await expect(field(page)).toHaveValue('退款一般当天到账。')
  await field(page).press('Enter')
  await field(page).press('Enter')
  await expect(log(page).getByText('已送达')).toBeVisible()
})

test('an operator has a program told, sees how that goes, and switches it off', async ({ people }) => {
  const page = await people.open('operator')
  const name = `ERP ${Date.now() % 100_000}`
  await page.goto('/staff/webhooks?new=yes')
  await page.getByRole('textbox', { name: '名称' }).fill(name)
  await page.getByRole('textbox', { name: '地址' }).fill('https://hooks.aftersales.invalid/in')
  await page.getByRole('checkbox', { name: '售后有进展' }).check()
  await page.getByRole('button', { name: '保存' }).click()
  await proves(page, 'operator', name)
  const once = page.getByRole('dialog', { name: '签名密钥' })
  await expect(once.locator('code')).toHaveText(/^whsec_/)
  await once.getByRole('checkbox').check()
  await once.getByRole('button', { name: '关闭' }).last().click()
  const line = page.getByRole('listitem').filter({ hasText: name })
  await line.getByRole('button', { name: '试一下' }).click()
  await expect(line.getByRole('status')).toBeVisible()
  await line.getByRole('button', { name: `推送记录：${name}` }).click()
  await expect(page.getByRole('complementary', { name: `${name} 的推送记录` })).toBeVisible()
  await accessible(page)
  await fits(page)
  await page.keyboard.press('Escape')
  await line.getByRole('button', { name: '停用' }).click()
  await proves(page, 'operator', name)
  await expect(line.getByText('已停用')).toBeVisible()
  await line.getByRole('button', { name: '删除' }).click()
  await line.getByRole('group').getByRole('button', { name: '删除' }).click()
  await expect(line).toHaveCount(0)
})
