import { attaches } from '../program/cases.ts'
import { picture, travels, waybill } from '../program/market.ts'
import { password } from '../program/person.ts'
import { appCode } from '../program/softkey.ts'
import { desk, expect, type Page, phone, proves, test } from '../program/test.ts'

/** Comes in at the staff's door, with the code of the app where one is asked for. */
async function comesToWork(page: Page, login: string, withCode: boolean): Promise<void> {
  await page.goto('/staff')
  await page.getByLabel('登录名').fill(login)
  await page.getByLabel('密码', { exact: true }).fill(password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  if (withCode) await page.getByLabel('验证码').fill(appCode(login))
  await expect(page.getByRole('navigation').first()).toBeVisible()
}

/*
 * What somebody does who has never seen it: the printed address on a phone, a second window as the shop, a third as an agent. Nobody types an
 * address or knows a number by heart; the carrier alone is played by the sandbox.
 */
test('shoes are exchanged, the wrong ones come, and the platform decides: three windows, nothing read before', async ({
  people,
}) => {
  test.setTimeout(300_000)
  const page = await people.open(null, phone)
  const shop = await people.open(null, desk)
  const agent = await people.open(null, desk)
  const next = page.getByRole('region', { name: '下一步' })
  const onward = page.getByRole('button', { name: '下一步' })

  await test.step('a customer comes in by one press and asks for another size', async () => {
    await page.goto('/')
    await page.getByRole('button', { name: /以 kim01 登录/ }).click()
    await page.getByRole('link', { name: '为订单 T0101 申请售后' }).click()
    await page.getByRole('link', { name: /换货/ }).click()
    await page.getByLabel('跑步鞋 42 码').first().check({ force: true })
    await onward.click()
    await page.getByRole('radio', { name: /黑色 · 43/ }).check({ force: true })
    await onward.click()
    await page.getByRole('radio', { name: '尺码或规格不合适' }).check({ force: true })
    while (!(await page.getByRole('button', { name: '提交申请' }).isVisible())) await onward.click()
    await page.getByRole('button', { name: '提交申请' }).click()
    await expect(next).toContainText('商家')
  })

  await test.step('the shop finds it among its tasks and agrees', async () => {
    await comesToWork(shop, 'shop01', false)
    await shop.getByRole('link', { name: /^待办/ }).first().click()
    await shop.getByRole('row', { name: /换货.*T0101/ }).click()
    await shop.getByRole('button', { name: '答复', exact: true }).click()
    await shop.getByRole('radio', { name: /^同意/ }).check()
    await shop.getByRole('button', { name: '同意换货' }).click()
    await expect(next).toContainText('轮到您了')
  })

  await test.step('the shoes go back and are looked at', async () => {
    const number = waybill()
    await travels(number)
    await page.getByRole('button', { name: '填写运单号' }).first().click()
    const sheet = page.getByRole('dialog')
    await sheet.getByLabel('运单号').fill(number)
    await sheet.getByRole('button', { name: '提交运单号' }).click()
    await expect(sheet).toBeHidden()
    await shop.getByRole('button', { name: '收货验货' }).click()
    await shop.getByRole('radio', { name: /^完好/ }).check()
    await shop.getByRole('button', { name: '验收无误' }).click()
  })

  await test.step('others are sent', async () => {
    const number = waybill()
    await travels(number, 600, false)
    await shop.getByRole('button', { name: '发货', exact: true }).click()
    await shop.getByRole('combobox', { name: '快递公司' }).fill('顺丰')
    await shop.keyboard.press('Enter')
    await shop.getByRole('textbox', { name: '运单号' }).fill(number)
    await shop.getByRole('button', { name: '已发货' }).click()
  })

  await test.step('they are the wrong ones: the customer shows them', async () => {
    await page.getByRole('button', { name: '收到的有问题' }).click()
    const sheet = page.getByRole('dialog')
    await sheet.getByRole('radio', { name: '发错了商品' }).check({ force: true })
    await sheet.getByLabel('从相册选').setInputFiles({ name: 'box.png', mimeType: 'image/png', buffer: picture() })
    await expect(sheet.getByRole('img', { name: '第 1 个附件' })).toBeVisible()
    await expect(sheet.getByRole('progressbar')).toHaveCount(0)
    await sheet.getByRole('textbox').fill('盒子上写的是 41 码')
    await sheet.getByRole('button', { name: '提交问题' }).click()
    await expect(sheet).toBeHidden()
    await page.getByRole('link', { name: /平台正在处理这件事/ }).click()
    await page.getByRole('button', { name: /没有更多要补充/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: '确定' }).click()
    await expect(page.getByText('您表示没有更多要补充')).toBeVisible()
  })

  await test.step('the shop adds its own picture and has no more to say', async () => {
    await shop.getByRole('link', { name: /^案件/ }).first().click()
    await shop.getByPlaceholder('案件号 / 订单号，4 位起').fill('T0101')
    await shop.getByRole('row', { name: /投诉 ·.*T0101/ }).click()
    await shop.getByRole('button', { name: '补充证据' }).click()
    await attaches(shop)
    await shop.getByRole('button', { name: '补充证据' }).last().click()
    await shop.getByRole('button', { name: '没有更多要补充' }).click()
    await shop.getByRole('button', { name: '没有更多要补充' }).last().click()
  })

  await test.step('an agent sees both sides and judges', async () => {
    await comesToWork(agent, 'agent03', true)
    await agent.getByRole('link', { name: /^案件/ }).first().click()
    await agent.getByRole('button', { name: '全部进行中' }).click()
    await agent.getByPlaceholder('案件号 / 订单号，4 位起').fill('T0101')
    await agent.getByRole('row', { name: /投诉 ·.*T0101/ }).click()
    await agent.getByRole('button', { name: '提出处理方案' }).click()
    await agent.getByRole('radio', { name: /部分退款/ }).check()
    await agent.getByLabel('退款金额（元）').fill('150')
    await agent.getByRole('radio', { name: '商家' }).check()
    await agent.getByLabel('判定理由').fill('商家发错尺码，买家留下鞋子，退还部分货款。')
    await agent.getByRole('button', { name: /^提交判定，退款 ¥150/ }).click()
    await proves(agent, 'agent03')
    await expect(page.getByText('商家发错尺码').first()).toBeVisible()
  })

  await test.step('the shop does what was judged; the customer has it in hand', async () => {
    await shop.getByRole('button', { name: '执行处理结果' }).click()
    await shop.getByRole('button', { name: /^执行，退款 ¥150/ }).click()
    await expect(next).toContainText('可以申诉')
    await page.getByRole('button', { name: /没有更多要补充/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: '确定' }).click()
    await expect(next).toContainText('等待商家')
    await expect(shop.getByText('已表示无补充').locator('..')).toContainText('买家')
    await shop.getByRole('button', { name: '没有更多要补充' }).click()
    await shop.getByRole('button', { name: '没有更多要补充' }).last().click()
    await expect(next).toContainText('150.00')
    await page.getByRole('link', { name: /查看原售后/ }).click()
    await expect(next).toContainText('退回 ¥150.00')
  })
})
