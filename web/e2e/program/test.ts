import { AxeBuilder } from '@axe-core/playwright'
import { type BrowserContext, type BrowserContextOptions, expect, type Page, test as base } from '@playwright/test'
import { Person, signIn } from './person.ts'
import { passkeyOf, signatureNumber } from './softkey.ts'
import { world } from './world.ts'

export { expect, type Page } from '@playwright/test'

export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const
export const desk = { viewport: { width: 1280, height: 900 } } as const

/** Opens browsers for people, and sees that nothing went wrong in any of them. */
export interface People {
  /** A page of somebody who is signed in; null: of nobody. Customers hold a phone. */
  open: (login: string | null, options?: BrowserContextOptions) => Promise<Page>
  /** The same person at the API. */
  api: (login: string) => Promise<Person>
  /** Faults that a test brings about itself: parts of what the console or an answer then says. */
  expects: (...parts: string[]) => void
}

/** One sign-in at the API per person and process of tests. */
const signedIn = new Map<string, Promise<Person>>()

export const test = base.extend<{ people: People }>({
  people: async ({ browser }, hand) => {
    const faults: string[] = []
    const expected: string[] = []
    const opened: BrowserContext[] = []
    await hand({
      open: async (login, options) => {
        const customers = login === null || login.startsWith('kim')
        const context = await browser.newContext({
          baseURL: world().site,
          locale: 'zh-CN',
          timezoneId: 'Asia/Shanghai',
          reducedMotion: 'reduce',
          acceptDownloads: true,
          ...(customers ? phone : desk),
          ...options,
        })
        opened.push(context)
        context.on('page', (page) => watch(page, faults))
        if (login !== null) await enter(context, login)
        return context.newPage()
      },
      api: (login) => {
        const known = signedIn.get(login) ?? Person.signIn(login)
        signedIn.set(login, known)
        return known
      },
      expects: (...parts) => expected.push(...parts),
    })
    for (const context of opened) await context.close()
    expect(
      faults.filter((fault) => !expected.some((part) => fault.includes(part))),
      'what went wrong in the pages',
    ).toEqual([])
  },
})

/** Begins a session in a browser, without its pages: signing in on the screen has tests of its own. */
export async function enter(context: BrowserContext, login: string): Promise<void> {
  await signIn(login, true, async (path, data) => {
    const answer = await context.request.post(world().site + path, { data, headers: { Origin: world().site } })
    if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`)
    return answer.json() as Promise<{ token?: string; step?: never }>
  })
}

function watch(page: Page, faults: string[]): void {
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('console', (message) => {
    // A refusal of the server stands in the page in words; Chromium complains of each in the console, too.
    if (
      message.type() === 'error' &&
      !message.text().startsWith('Failed to load resource: the server responded with a status of 4')
    )
      faults.push(`console: ${message.text()} ${message.location().url}`)
  })
  page.on('response', (answer) => {
    if (answer.status() >= 500) faults.push(`${answer.status()} ${answer.request().method()} ${answer.url()}`)
  })
}

/** Puts one of the platform's people's passkeys into the page's own authenticator, which then answers by itself. */
async function holdPasskey(page: Page, login: string): Promise<() => Promise<void>> {
  const { id, key } = passkeyOf(login)
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  const credentialId = id.toString('base64')
  /** To be called shortly before the passkey is used: its numbers follow the clock. */
  return async () => {
    await devtools.send('WebAuthn.clearCredentials', { authenticatorId })
    await devtools.send('WebAuthn.addCredential', {
      authenticatorId,
      credential: {
        credentialId,
        isResidentCredential: false,
        rpId: 'localhost',
        privateKey: key.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
        signCount: signatureNumber(),
      },
    })
  }
}

const hands = new WeakMap<Page, Map<string, ReturnType<typeof holdPasskey>>>()

/**
 * Brings the passkey where a staff page asks once more who somebody is. A press may be refused because the same person signed in elsewhere
 * between, whose number is the higher one: then one presses again, as people do.
 */
export async function proves(page: Page, login: string, words?: string): Promise<void> {
  const held = hands.get(page) ?? new Map<string, ReturnType<typeof holdPasskey>>()
  hands.set(page, held)
  const touch = await (held.get(login) ?? held.set(login, holdPasskey(page, login)).get(login))
  const proof = page.getByRole('dialog', { name: '请再次验证身份' })
  const press = proof.getByRole('button', { name: /通行密钥/ })
  await expect(press).toBeVisible()
  if (words) await expect(proof).toContainText(words)
  for (let again = 0; again < 3 && (await proof.isVisible()); again++) {
    await touch?.()
    await press.click()
    await expect.poll(async () => !(await proof.isVisible()) || (await proof.getByRole('alert').count()) > 0).toBe(true)
  }
  await expect(proof).toBeHidden()
}

/** Nobody is kept out of this page: axe finds nothing, and it fits its window. */
export async function accessible(page: Page, rules?: string[]): Promise<void> {
  // There are no frames, and the other mode opens a page each time; and nobody reads what is well.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze()
  const found = violations.map(({ id, help, nodes }) => ({
    id,
    help,
    where: nodes.slice(0, 3).map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary ?? ''}`),
  }))
  expect.soft(found, `axe at ${page.url()}`).toEqual([])
}

export async function fits(page: Page): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect.soft(over, `how many pixels wider than its window ${page.url()} is`).toBeLessThanOrEqual(0)
}

/** The page as it is now has been painted: what followed from a change of window or theme, too. */
export const drawn = (page: Page): Promise<void> =>
  page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 60)))
      }),
  )

/** A page that has come to rest: nothing of it is still being fetched. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle')
  await expect(page.locator('[aria-busy="true"]:visible')).toHaveCount(0)
}
