import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { setTimeout as pause } from 'node:timers/promises'
import { type Person, Refused } from './person.ts'
import { outside, program, world } from './world.ts'

/** The shop and the carrier, played by the sandbox as `aftersales demo` has them played. */

async function sandbox<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(world().sandbox + path, {
    method,
    headers: { 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`sandbox: ${method} ${path} answered ${answer.status}: ${text}`)
  return (text ? JSON.parse(text) : undefined) as T
}

const two = (n: number) => String(n).padStart(2, '0')
export const customerLogin = (n: number) => `kim${two(n)}`
export const clerkLogin = (shop: number) => `shop${two(shop)}`

const day = 86_400_000
const ago = (ms: number) => new Date(Date.now() - ms).toISOString()
/** A number that no other order or parcel of this run has. */
const serial = () => `${Date.now() % 10_000_000}${randomInt(100, 999)}`

export interface Bought {
  id: string
  shop: number
  /** The parcel in which it came. */
  outbound: string
}

/** Places a delivered order of two pairs of shoes and a T-shirt, and waits until the customer can see it. */
export async function buys(
  kim: Person,
  options: { customer: number; shop: number; fen?: number; shipped?: boolean } & Partial<{ days: number }>,
): Promise<Bought> {
  const { customer, shop, fen = 199_00, shipped = true, days = 1 } = options
  const id = `E${serial()}`
  const variant = (name: string) => `shop-${two(shop)}-${name}`
  const outbound = `SF3${serial().padStart(12, '0')}`
  const total = 2 * fen + 59_00
  await sandbox('POST', '/sandbox/orders', {
    id,
    merchant_id: `shop-${two(shop)}`,
    customer_id: `customer-${two(customer)}`,
    currency: 'CNY',
    paid_at: ago((days + 3) * day),
    ...(shipped ? { shipped_at: ago((days + 2) * day), signed_at: ago(days * day) } : {}),
    freight_listed: 10_00,
    recipient: {
      name: '金小米',
      phone: '13800001234',
      province: '浙江省',
      city: '杭州市',
      district: '西湖区',
      street: '演示路 1 号',
    },
    lines: [
      line(`${id}-1`, variant('shoes'), variant('shoes-42'), '跑步鞋 42 码', 'shoes', 2, fen, 600),
      line(`${id}-2`, 'shirt', 'shirt-m', '棉 T 恤 M', 'clothes', 1, 59_00, 200),
    ],
    payments: [
      { id: `${id}-pay`, rail: 'alipay', ref: `AP${id}`, captured: total, captured_at: ago((days + 3) * day) },
    ],
    ...(shipped ? { shipments: [{ carrier: 'sf', number: outbound, shipped_at: ago((days + 2) * day) }] } : {}),
  })
  const late = Date.now() + 30_000
  for (;;) {
    try {
      await kim.get(`/v1/orders/${id}`)
      return { id, shop, outbound }
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 404 || Date.now() > late) throw error
      await pause(100)
    }
  }
}

/**
 * Tells of an order of somebody whom nobody knows yet, as an operator reads the file of a shop: who comes so has no password here. Returns their
 * number.
 */
export function meets(shop: number): string {
  const customer = `customer-${serial()}`
  const file = join(mkdtempSync(join(tmpdir(), 'aftersales-orders-')), 'orders.csv')
  const [id, paid] = [`I${serial()}`, ago(3 * day)]
  writeFileSync(
    file,
    `order_id,version,customer_id,customer_name,merchant_id,paid_at,line_id,product_id,title,quantity,unit_price,line_paid,rail,payment_ref,captured
${id},1,${customer},金大米,shop-${two(shop)},${paid},${id}-1,shoes,跑步鞋 42 码,1,199.00,199.00,alipay,AP${id},199.00
`,
  )
  try {
    execFileSync(program, ['import', 'orders', file], {
      env: { ...outside(), AFTERSALES_DATA_DIR: world().dir },
      stdio: 'pipe', // what it complains of is told with the failure
    })
  } finally {
    rmSync(dirname(file), { recursive: true })
  }
  return customer
}

const line = (
  id: string,
  product_id: string,
  variant_id: string,
  title: string,
  category: string,
  quantity: number,
  unit_price: number,
  weight_grams: number,
) => ({ id, product_id, variant_id, title, category, quantity, unit_price, paid: quantity * unit_price, weight_grams })

/** A waybill number that nobody used. */
export const waybill = () => `SF1${serial().padStart(12, '0')}`

/** Lets a parcel travel within two seconds once its number is told. */
export const travels = (number: string, grams = 600, home = true) =>
  sandbox('POST', `/sandbox/parcels/${number}/plan`, {
    grams,
    steps: [
      { after_ms: 400, state: 'picked', city: home ? '杭州市' : '广州市' },
      { after_ms: 1200, state: 'signed', city: home ? '广州市' : '杭州市' },
    ],
  })

/** Pays a charge at the address that the customer is given. */
export const pays = (url: string) => sandbox('POST', '/sandbox/pay', { url, force: false })

/** Lets the customer's bank take back what was paid for an order. */
export const chargesBack = (order: string, fen: number) =>
  sandbox('POST', `/sandbox/payments/alipay/AP${order}/chargeback`, { amount: fen })

/** The link by which the shop hands a signed-in customer over: one of the demo's, or the one of that number. */
export async function handover(customer: number | string): Promise<string> {
  const customer_id = typeof customer === 'number' ? `customer-${two(customer)}` : customer
  const { token } = await sandbox<{ token: string }>('POST', '/sandbox/handover', { customer_id })
  return `${world().site}/v1/handover?token=${encodeURIComponent(token)}`
}

/** A small picture that nobody sent before. */
export function picture(side = 320): Buffer {
  const row = 1 + 3 * side
  const raw = Buffer.alloc(row * side)
  const [a, b, c] = [randomInt(256), randomInt(256), randomInt(256)]
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) raw.set([(x + a) & 255, (y + b) & 255, (x * y + c) & 255], y * row + 1 + 3 * x)
  const head = Buffer.alloc(13)
  head.writeUInt32BE(side, 0)
  head.writeUInt32BE(side, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(raw)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(kind: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind), content])
  const around = Buffer.alloc(8)
  around.writeUInt32BE(content.length, 0)
  around.writeUInt32BE(crc32(body) >>> 0, 4)
  return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)])
}
