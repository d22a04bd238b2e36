import { expect, test } from '../program/test.ts'
import { pidOf } from '../program/world.ts'

const away = ['WebSocket', 'ERR_CONNECTION_REFUSED', 'ERR_CONNECTION_RESET', 'ERR_EMPTY_RESPONSE', '500', '502', '503']

interface Messages {
  items: { content: { text?: string } }[]
}

test('the server is killed while two people write to each other: nothing is lost, nothing doubled, the order stays', async ({
  people,
}) => {
  people.expects(...away)
  const [kim, agent] = [await people.api('kim35'), await people.api('agent01')]
  const { id } = await kim.do<{ id: string }>('/v1/conversations', { lang: 'zh-CN' })
  await kim.do(`/v1/conversations/${id}/person`)
  const { state } = await agent.get<{ state: string }>(`/v1/conversations/${id}`)
  if (state !== 'people') await agent.do(`/v1/conversations/${id}/claim`)
  const phone = await people.open('kim35')
  const desk = await people.open('agent01')
  await phone.goto(`/chat/${id}`)
  await desk.goto(`/staff/chats?view=mine&c=${id}`)
  const says = async (page: typeof phone, words: string) => {
    await page.getByRole('textbox', { name: '输入消息' }).fill(words)
    await page.getByRole('button', { name: '发送', exact: true }).click()
  }
  await expect(desk.getByRole('textbox', { name: '输入消息' })).toBeVisible()
  for (let n = 1; n <= 12; n++) {
    await says(phone, `顾客第${n}句`)
    if (n === 4) process.kill(pidOf('api'), 'SIGKILL')
    await says(desk, `客服第${n}句`)
  }
  for (const page of [phone, desk]) {
    const log = page.getByRole('log', { name: '对话内容' })
    for (const who of ['顾客', '客服'])
      await expect(log.getByText(`${who}第12句`, { exact: true })).toBeVisible({ timeout: 60_000 })
    await expect(page.getByText('未发出，联网后自动发送')).toHaveCount(0, { timeout: 60_000 })
  }
  const { items } = await kim.get<Messages>(`/v1/conversations/${id}/messages?limit=100`)
  for (const who of ['顾客', '客服']) {
    const own = items.flatMap(({ content: { text = '' } }) => (text.startsWith(`${who}第`) ? [text] : []))
    expect(own).toEqual(Array.from({ length: 12 }, (_, n) => `${who}第${n + 1}句`))
  }
})
