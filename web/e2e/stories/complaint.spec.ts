import { refused, rests } from '../program/cases.ts'
import { picture } from '../program/market.ts'
import { expect, type Page, proves, test } from '../program/test.ts'

const where = { customer: 13, shop: 6 }

test('refused, complained, judged, approved with a fresh factor in the middle, appealed', async ({ people }) => {
  test.setTimeout(240_000)
  const [kim, clerk, agent] = [await people.api('kim13'), await people.api('shop06'), await people.api('agent01')]
  const id = await refused(people, where, {}, { evidence: [await clerk.upload(picture())] })
  const page = await people.open('kim13')

  await test.step('the customer asks the platform in', async () => {
    await page.goto(`/cases/${id}`)
    await expect(page.getByText('鞋底有明显磨损').first()).toBeVisible()
    await page
      .getByRole('button', { name: /平台介入/ })
      .first()
      .click()
    const sheet = page.getByRole('dialog')
    await sheet.getByLabel('想对平台说的话').fill('鞋子没有穿过，吊牌还在')
    await sheet.getByRole('button', { name: '申请介入' }).click()
    await expect(sheet).toBeHidden()
    await page.getByRole('link', { name: /平台正在处理这件事/ }).click()
    await expect(page).not.toHaveURL(new RegExp(id))
  })
  const { child } = await kim.until(id, 'a complaint', (one) => one.child !== undefined)
  const complaint = child?.case_id ?? ''

  await test.step('both sides put evidence forward', async () => {
    await shows(page, '补充证据', '提交证据', '吊牌的照片')
    await clerk.do(`/v1/cases/${complaint}/evidence`, { evidence: [await clerk.upload(picture())] })
    await rests(complaint, kim, clerk)
  })

  const agents = await people.open('agent01')
  await test.step('an agent reads both sides and judges', async () => {
    await agents.goto(`/staff/cases/${complaint}`)
    await expect(agents.getByText('吊牌的照片').first()).toBeVisible()
    await agents
      .getByRole('button', { name: /判定|方案|裁定/ })
      .first()
      .click()
    await agents.getByRole('radio', { name: /部分退款/ }).check()
    await agents.getByLabel('退款金额（元）').fill('700')
    await agents.getByRole('radio', { name: '商家' }).check()
    await agents.getByLabel('判定理由').fill('双方照片相符，磨损不影响二次销售。')
    await agents.getByRole('button', { name: /^提交判定/ }).click()
    await proves(agents, 'agent01')
    await kim.until(complaint, 'an approval', ({ stage }) => stage === 'approval')
  })

  const supervisor = await people.open('super01')
  await test.step('a supervisor approves; the form stays while who they are is asked for', async () => {
    const { approval } = await agent.case(complaint)
    await supervisor.goto(`/staff/approvals?id=${approval?.id ?? ''}`)
    await expect(supervisor.getByText('双方照片相符').first()).toBeVisible()
    await supervisor.getByRole('button', { name: '通过', exact: true }).click()
    await supervisor.getByLabel('意见说明').fill('同意，金额合理。')
    const submit = supervisor.getByRole('button', { name: /^通过，.*700/ })
    await submit.click()
    const proof = supervisor.getByRole('dialog', { name: '请再次验证身份' })
    await expect(proof).toContainText('700')
    await proof.getByLabel('验证码').fill('000000')
    await expect(proof.getByRole('alert')).toBeVisible()
    await supervisor.keyboard.press('Escape')
    await expect(proof).toBeHidden()
    await expect(supervisor.getByLabel('意见说明')).toHaveValue('同意，金额合理。')
    await submit.click()
    await proves(supervisor, 'super01')
    await kim.until(complaint, 'the judgment', ({ stage }) => stage === 'execute')
  })

  await test.step('the judgment is carried out; the customer appeals with new evidence', async () => {
    await clerk.do(`/v1/cases/${complaint}/carry-out`)
    await page.goto(`/cases/${complaint}`)
    await expect(page.getByText('双方照片相符').first()).toBeVisible()
    await shows(page, /申诉/, '提交申诉', '鞋底全新的照片')
    await kim.until(complaint, 'the appeal', ({ stage }) => stage === 'appeal_review')
  })

  await test.step('another agent decides, a supervisor approves, all is paid', async () => {
    const [reviewer, other] = [await people.api('agent02'), await people.api('super02')]
    await reviewer.do(`/v1/cases/${complaint}/propose`, {
      outcome: 'refund',
      liability: 'merchant',
      text: '新的证据成立',
    })
    const waiting = await other.until(complaint, 'an approval', (one) => one.stage !== 'appeal_review')
    if (waiting.stage === 'approval')
      await other.do(`/v1/cases/${complaint}/decide`, {
        approval_id: waiting.approval?.id,
        hash: waiting.approval?.hash,
        approve: true,
      })
    const decided = await clerk.until(
      complaint,
      'the decision',
      ({ stage }) => stage === 'execute' || stage === 'appeal_window',
    )
    if (decided.stage === 'execute') await clerk.do(`/v1/cases/${complaint}/carry-out`)
    await clerk.until(complaint, 'the time to appeal', ({ stage }) => stage === 'appeal_window')
    await clerk.do(`/v1/cases/${complaint}/rest`) // the shop, which lost, leaves it at that
    await expect(page.getByRole('region', { name: '下一步' })).toContainText('899.00')
    expect((await kim.until(id, 'its end', ({ open }) => !open)).refunded.minor).toBe(899_00)
  })
})

/** The customer opens a form, adds a picture and words, and sends it. */
async function shows(page: Page, button: string | RegExp, send: string, words: string): Promise<void> {
  await page.getByRole('button', { name: button }).first().click()
  const sheet = page.getByRole('dialog')
  await sheet.getByLabel('从相册选').setInputFiles({ name: 'proof.png', mimeType: 'image/png', buffer: picture() })
  await expect(sheet.getByRole('img', { name: '第 1 个附件' })).toBeVisible()
  await expect(sheet.getByRole('progressbar')).toHaveCount(0)
  await sheet.getByRole('textbox').fill(words)
  await sheet.getByRole('button', { name: send }).click()
  await expect(sheet).toBeHidden()
}
