import type { Page } from '@playwright/test'
import { buys } from '../program/market.ts'
import type { Person } from '../program/person.ts'
import { accessible, expect, fits, test } from '../program/test.ts'

const log = (page: Page) => page.getByRole('log', { name: '对话内容' })
const write = async (page: Page, words: string) => {
  const field = page.getByRole('textbox', { name: '输入消息' })
  await field.fill(words)
  await page.getByRole('button', { name: '发送', exact: true }).click()
}

interface Chat {
  id: string
  state: string
}

/** A conversation that an agent has, begun at the API: the screens are what the stories are about. */
async function withAgent(kim: Person, agent: Person, orderID?: string): Promise<string> {
  const { id } = await kim.do<Chat>('/v1/conversations', { lang: 'zh-CN', ...(orderID ? { order_id: orderID } : {}) })
  await kim.do(`/v1/conversations/${id}/person`)
  const { state } = await agent.get<Chat>(`/v1/conversations/${id}`)
  if (state !== 'people') await agent.do(`/v1/conversations/${id}/claim`)
  return id
}

test('a customer asks for a person and an agent takes over: both see each other type, write, change and end it', async ({
  people,
}) => {
  const kim = await people.api('kim31')
  const order = await buys(kim, { customer: 31, shop: 1 })
  const phone = await people.open('kim31')
  const desk = await people.open('agent01')
  await phone.goto(`/orders/${order.id}`)
  await phone.getByRole('link', { name: '联系客服' }).click()
  await expect(phone).toHaveURL(/\/chat\/\w+/)
  const id = /\/chat\/([\w-]+)/.exec(phone.url())?.[1] ?? ''
  const about = phone.getByRole('region', { name: '想咨询这个订单吗？' })
  await expect(about).toBeVisible()
  await fits(phone)
  await phone.getByRole('button', { name: '人工客服', exact: true }).click()

  await desk.goto(`/staff/chats?view=queue&c=${id}`)
  const take = desk.getByRole('button', { name: '领取' })
  await expect(take.or(desk.getByRole('textbox', { name: '输入消息' })).first()).toBeVisible()
  if (await take.isVisible()) await take.click()
  await expect(phone.getByText('客服为您服务')).toBeVisible()

  await desk.getByRole('textbox', { name: '输入消息' }).pressSequentially('您好')
  await expect(phone.getByText('客服正在输入')).toBeVisible()
  await desk.keyboard.press('Enter')
  await desk.keyboard.press('Enter') // without the five seconds to think
  await expect(log(phone).getByText('您好', { exact: true })).toBeVisible()

  await about.getByRole('button', { name: '发送', exact: true }).click()
  await expect(log(desk).getByText(order.id)).toBeVisible()
  await write(phone, '鞋子开胶了')
  await expect(log(desk).getByText('鞋子开胶了')).toBeVisible()
  await expect(log(phone).getByText('已读')).toBeVisible()

  await log(phone).getByRole('button', { name: '更多操作：鞋子开胶了' }).click()
  await log(phone).getByRole('button', { name: '修改' }).click()
  await phone.getByRole('textbox', { name: '输入消息' }).fill('鞋底开胶了')
  await phone.getByRole('button', { name: '保存修改' }).click()
  await expect(log(desk).getByText('鞋底开胶了')).toBeVisible()
  await expect(log(desk).getByText('鞋子开胶了')).toHaveCount(0)

  await desk.getByRole('button', { name: '同事', exact: true }).click()
  await write(desk, '像是质量问题')
  await expect(log(desk).getByText('像是质量问题')).toBeVisible()
  await expect(log(phone).getByText('像是质量问题')).toHaveCount(0)
  await accessible(desk)
  await accessible(phone)

  await phone.getByRole('button', { name: '对话选项' }).click()
  await phone.getByRole('button', { name: '结束对话' }).click()
  await phone.getByRole('dialog').getByRole('button', { name: '结束对话' }).click()
  await expect(phone.getByText('这次对话已结束')).toBeVisible()
  await phone.getByRole('radio', { name: /5 星/ }).check({ force: true })
  await expect(phone.getByText('已保存')).toBeVisible()
  await accessible(phone)
  await phone.getByRole('link', { name: '再开始一次对话' }).click()
  await expect(phone).not.toHaveURL(new RegExp(id))
  await expect(phone.getByText('您好，请问遇到了什么问题？')).toBeVisible()
})

test('without network messages wait, and go in order and once when it is back; what was missed is there', async ({
  people,
}) => {
  people.expects('ERR_INTERNET_DISCONNECTED', 'WebSocket')
  const [kim, agent] = [await people.api('kim32'), await people.api('agent01')]
  const id = await withAgent(kim, agent)
  const phone = await people.open('kim32')
  await phone.goto(`/chat/${id}`)
  await write(phone, '在吗')
  await expect(log(phone).getByText('已送达')).toBeVisible()
  await phone.context().setOffline(true)
  await write(phone, '第一句')
  await write(phone, '第二句')
  await expect(phone.getByText('未发出，联网后自动发送')).toBeVisible()
  for (const text of ['我在', '请讲'])
    await agent.do(`/v1/conversations/${id}/messages`, { client_id: crypto.randomUUID(), kind: 'text', text })
  await phone.context().setOffline(false)
  for (const words of ['我在', '请讲', '第一句', '第二句'])
    await expect(log(phone).getByText(words, { exact: true })).toHaveCount(1)
  await expect(phone.getByText('未发出，联网后自动发送')).toHaveCount(0)
  const { items } = await kim.get<{ items: { content: { text?: string } }[] }>(
    `/v1/conversations/${id}/messages?limit=100`,
  )
  const said = items.map((one) => one.content.text)
  expect(said.filter((text) => text === '第一句' || text === '第二句')).toEqual(['第一句', '第二句'])
})

test('what was begun is there again after the page was left, also a message that was not sent', async ({ people }) => {
  people.expects('ERR_INTERNET_DISCONNECTED', 'WebSocket', 'Failed to fetch')
  const [kim, agent] = [await people.api('kim33'), await people.api('agent01')]
  const id = await withAgent(kim, agent)
  const phone = await people.open('kim33')
  await phone.goto(`/chat/${id}`)
  await expect(phone.getByRole('textbox', { name: '输入消息' })).toBeVisible()
  await phone.context().setOffline(true)
  await write(phone, '没发出去的话')
  await expect(phone.getByText('未发出，联网后自动发送')).toBeVisible()
  const field = phone.getByRole('textbox', { name: '输入消息' })
  await field.fill('写到一半')
  await expect
    .poll(() => phone.evaluate(() => JSON.stringify(Object.entries(localStorage)).includes('写到一半')))
    .toBe(true)
  await phone.context().setOffline(false)
  await phone.goto('/cases')
  await phone.goto(`/chat/${id}`)
  await expect(field).toHaveValue('写到一半')
  await expect(log(phone).getByText('没发出去的话')).toHaveCount(1)
  await expect
    .poll(async () => {
      const { items } = await kim.get<{ items: { content: { text?: string } }[] }>(
        `/v1/conversations/${id}/messages?limit=100`,
      )
      return items.filter((one) => one.content.text === '没发出去的话').length
    })
    .toBe(1)
})

test('a shop sees its thread about a case, and answers there', async ({ people }) => {
  const [kim, agent] = [await people.api('kim34'), await people.api('agent01')]
  const order = await buys(kim, { customer: 34, shop: 1, fen: 899_00 })
  const { case_id: caseID } = await kim.do('/v1/cases', {
    kind: 'return',
    order_id: order.id,
    lines: [{ line_id: `${order.id}-1`, quantity: 1 }],
    reason: 'no_reason',
  })
  await kim.until(caseID, 'its first word', (one) => one.seq > 0)
  const { id } = await agent.do<Chat>(`/v1/cases/${caseID}/threads`, { audience: 'merchant' })
  await agent.do(`/v1/conversations/${id}/messages`, {
    client_id: crypto.randomUUID(),
    kind: 'text',
    text: '请看一下这个退货',
  })
  const shop = await people.open('shop01')
  await shop.goto('/staff/threads')
  await shop.getByRole('button', { name: new RegExp(caseID.slice(0, 8)) }).click()
  await expect(log(shop).getByText('请看一下这个退货')).toBeVisible()
  await write(shop, '已经安排')
  const desk = await people.open('agent01')
  await desk.goto(`/staff/chats?view=merchant&c=${id}`)
  await expect(log(desk).getByText('已经安排')).toBeVisible()
  await accessible(shop)
})
