import { asks, clerkOf, customerOf, refused, rests } from '../program/cases.ts'
import { buys, picture, travels, waybill } from '../program/market.ts'
import type { People } from '../program/test.ts'

export interface Scene {
  /** An order of which nothing was asked yet. */
  order: string
  /** An exchange whose replacement is under way. */
  exchange: string
  /** A return to which the shop offers less, and one that it refused. */
  offer: string
  refused: string
  /** A complaint that an agent looks at, with both sides' evidence. */
  complaint: string
}

const where = { customer: 33, shop: 3 }

/** Something to see: requests of every kind at several stages, a dispute, a proposal that waits, other people's cases. */
export async function scene(people: People): Promise<Scene> {
  const [kim, clerk] = [await customerOf(people, where), await clerkOf(people, where)]
  const agent = await people.api('agent01')
  const answer = (id: string, body: object) => clerk.do(`/v1/cases/${id}/merchant-answer`, body)
  const show = async (who = kim) => [await who.upload(picture(640))]
  for (const customer of [34, 35, 36, 37]) {
    await asks(people, { customer, shop: 3, fen: (customer - 20) * 20_00 })
    await refused(people, { customer, shop: 3, fen: 459_00 })
    await asks(people, { customer, shop: 3, fen: 299_00 }, { kind: 'refund_only', reason: 'signed_not_received' })
    const gone = await asks(
      people,
      { customer, shop: 3, fen: 129_00 },
      { kind: 'refund_only', reason: 'signed_not_received' },
    )
    await clerk.do(`/v1/cases/${gone}/prove-delivery`, { concede: true })
  }
  const disputed = async (text: string) => {
    const proof = { evidence: await show(clerk), text: '鞋底有明显磨损，影响再次销售' }
    const asked = { reason: 'quality', text, evidence: await show() }
    const id = await refused(people, where, asked, proof)
    await kim.do(`/v1/cases/${id}/escalate`, { text: '鞋子没有穿过，吊牌还在' })
    const complaint = (await kim.until(id, 'a complaint', (one) => one.child !== undefined)).child?.case_id ?? ''
    await kim.do(`/v1/cases/${complaint}/evidence`, { evidence: await show(), text: '吊牌的照片' })
    await clerk.do(`/v1/cases/${complaint}/evidence`, { evidence: await show(clerk), text: '收到时的照片' })
    await rests(complaint, kim, clerk)
    return complaint
  }
  const judged = await disputed('鞋底开胶，没有穿出门')
  await agent.do(`/v1/cases/${judged}/propose`, {
    outcome: 'partial',
    amount: { minor: 700_00, currency: 'CNY' },
    liability: 'merchant',
    text: '双方照片相符，磨损不影响二次销售。',
  })
  const complaint = await disputed('左脚鞋底开胶，只在室内试穿过')
  const offer = await asks(people, where, {
    kind: 'refund_only',
    reason: 'quality',
    text: '左脚鞋底开胶，穿了两天就这样。',
    evidence: await show(),
  })
  await answer(offer, {
    decision: 'offer',
    amount: { minor: 260_00, currency: 'CNY' },
    text: '商品您留着，退一部分可以吗？',
  })
  const no = await refused(
    people,
    where,
    { reason: 'quality', text: '鞋面有划痕', evidence: await show() },
    { evidence: await show(clerk) },
  )
  const exchange = await asks(
    people,
    { ...where, fen: 199_00, variant: 'shoes-43' },
    { kind: 'exchange', reason: 'wrong_size' },
  )
  await answer(exchange, { decision: 'agree' })
  const back = waybill()
  await travels(back)
  await kim.do(`/v1/cases/${exchange}/send-back`, { carrier: 'sf', number: back })
  await clerk.until(exchange, 'inspection', ({ stage }) => stage === 'inspection')
  await clerk.do(`/v1/cases/${exchange}/inspect`)
  await clerk.until(exchange, 'shipping', ({ stage }) => stage === 'ship')
  const out = waybill()
  await travels(out, 600, false)
  await clerk.do(`/v1/cases/${exchange}/ship-replacement`, { carrier: 'sf', number: out })
  await kim.until(exchange, 'its arrival', ({ delivery }) => delivery?.delivered_at !== undefined)
  const { id: order } = await buys(kim, { ...where })
  return { order, exchange, offer, refused: no, complaint }
}
