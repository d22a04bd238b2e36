import { asks } from '../program/cases.ts'
import { expect, test } from '../program/test.ts'
import { figure, spread } from './figures.ts'

const rounds = 40

test('how long a change by one party takes to the screen of the other', async ({ people }) => {
  const clerk = await people.api('shop02')
  const page = await people.open('kim31')
  const sinceSent: number[] = []
  const sinceDone: number[] = []
  for (let round = 0; round < rounds; round++) {
    const id = await asks(people, { customer: 31, shop: 2 })
    await page.goto(`/cases/${id}`)
    const next = page.getByRole('region', { name: '下一步' })
    await expect(next).toContainText('商家')
    await page.waitForLoadState('networkidle')
    // Told by the page itself, on this machine's clock: the moment at which its words are others.
    const seen = next.evaluate(
      (place) =>
        new Promise<number>((resolve) => {
          new MutationObserver(() => {
            if (place.textContent.includes('轮到您了')) requestAnimationFrame(() => resolve(Date.now()))
          }).observe(place, { subtree: true, childList: true, characterData: true })
        }),
    )
    await page.evaluate(() => 0) // the observer is in place
    const sent = Date.now()
    await clerk.do(`/v1/cases/${id}/merchant-answer`, { decision: 'agree' })
    const done = Date.now()
    const at = await seen
    sinceSent.push(at - sent)
    sinceDone.push(Math.max(0, at - done))
  }
  figure('a change on the other screen, from the command being sent, ms', spread(sinceSent))
  figure('a change on the other screen, from the command being done, ms', spread(sinceDone))
})
