import { buys, picture } from './market.ts'
import type { Person } from './person.ts'
import { expect, type Page, type People } from './test.ts'

/* What stories begin from: requests and disputes that are there already, made at the API. */

interface Where {
  customer: number
  shop: number
  fen?: number
  /** What the shoes are to be exchanged for. */
  variant?: string
}

const two = (n: number) => String(n).padStart(2, '0')
export const customerOf = (people: People, { customer }: Where) => people.api(`kim${two(customer)}`)
export const clerkOf = (people: People, { shop }: Where) => people.api(`shop${two(shop)}`)

export const worn = { decision: 'refuse', reason_code: 'worn', text: '鞋底有明显磨损' } as const

/** Asks for something about one pair of shoes of a new order; without more: to return it for no reason. */
export async function asks(people: People, where: Where, what: object = {}): Promise<string> {
  const kim = await customerOf(people, where)
  const order = await buys(kim, { fen: 899_00, ...where })
  const { variant } = where
  const wanted = variant ? { variant_id: `shop-${two(where.shop)}-${variant}` } : {}
  const lines = [{ line_id: `${order.id}-1`, quantity: 1, ...wanted }]
  const body = { kind: 'return', reason: 'no_reason', order_id: order.id, lines, ...what }
  return (await kim.do('/v1/cases', body)).case_id
}

/** A return that the shop refused: the customer may change it or ask the platform in. */
export async function refused(people: People, where: Where, what: object = {}, more: object = {}): Promise<string> {
  const id = await asks(people, where, what)
  await (await clerkOf(people, where)).do(`/v1/cases/${id}/merchant-answer`, { ...worn, ...more })
  return id
}

/** A refused return that is before the platform: its ID and that of the complaint. */
export async function disputed(people: People, where: Where): Promise<{ id: string; complaint: string }> {
  const [kim, clerk] = [await customerOf(people, where), await clerkOf(people, where)]
  const proof = { evidence: [await clerk.upload(picture())] }
  const id = await refused(people, where, { text: '没有穿过' }, proof)
  await kim.do(`/v1/cases/${id}/escalate`, { text: '鞋子没有穿过，吊牌还在' })
  const { child } = await kim.until(id, 'a complaint', (one) => one.child !== undefined)
  return { id, complaint: child?.case_id ?? '' }
}

/** Neither side has anything more to say: the platform looks at it. */
export async function rests(complaint: string, ...sides: Person[]): Promise<void> {
  for (const side of sides)
    for (const stage of ['settle', 'complaint_evidence'])
      if ((await side.case(complaint)).stage === stage)
        await side.do(`/v1/cases/${complaint}/rest`).catch(() => undefined) // the other side's word may have ended it
  await sides[0]?.until(complaint, 'the review', ({ stage }) => stage === 'review')
}

/** Adds a picture in a form of staff, and waits until it was sent. */
export async function attaches(page: Page, name = 'proof.png'): Promise<void> {
  const form = page.locator('form').filter({ has: page.locator('input[type=file]') })
  await form.locator('input[type=file]').setInputFiles({ name, mimeType: 'image/png', buffer: picture() })
  await expect(form.getByText(name)).toBeVisible()
  await expect(form.getByRole('progressbar')).toHaveCount(0)
}
