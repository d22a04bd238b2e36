// Loads customers' pages as Lighthouse's slow phone does, and says how well they did, against a running demo:
// npm run lighthouse [-- http://localhost:8080 [login]].
import { launch } from 'chrome-launcher'
import lighthouse from 'lighthouse'

const site = process.argv[2] ?? process.env.AFTERSALES_URL ?? 'http://localhost:8080'
const login = process.argv[3] ?? 'kim01'
const wanted = { performance: 95, accessibility: 95, 'best-practices': 95 }
const usableWithin = 2000

/** The cookie of a customer's session. */
async function cookie() {
  const answer = await fetch(`${site}/v1/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: site },
    body: JSON.stringify({ login, password: 'aftersales-demo', cookie: true }),
  })
  if (!answer.ok) throw new Error(`${login} was not let in: ${answer.status} ${await answer.text()}`)
  return answer.headers
    .getSetCookie()
    .map((one) => one.split(';', 1)[0])
    .join('; ')
}

/** @param {string} name @param {string} path @param {Record<string, string>} headers */
async function look(name, path, headers) {
  const chrome = await launch({
    chromePath: process.env.AFTERSALES_CHROMIUM ?? '/usr/bin/chromium',
    chromeFlags: ['--headless=new', '--no-sandbox', '--disable-dev-shm-usage'],
  })
  try {
    const result = await lighthouse(site + path, {
      port: chrome.port,
      onlyCategories: Object.keys(wanted),
      logLevel: 'error',
      extraHeaders: headers,
    })
    if (!result) throw new Error('Lighthouse gave no result')
    const { categories, audits } = result.lhr
    const scores = Object.keys(wanted).map((one) => Math.round((categories[one]?.score ?? 0) * 100))
    const times = ['first-contentful-paint', 'largest-contentful-paint', 'interactive', 'total-blocking-time']
    console.log(
      `| ${name} | ${scores.join(' | ')} | ${times.map((one) => audits[one]?.displayValue ?? '?').join(' | ')} |`,
    )
    for (const one of Object.keys(wanted))
      for (const { id } of categories[one]?.auditRefs ?? []) {
        const audit = audits[id]
        if (
          audit?.score !== null &&
          audit?.score !== undefined &&
          audit.score < 0.9 &&
          audit.scoreDisplayMode === 'binary'
        )
          console.log(`${name}: ${id}: ${audit.title}`)
      }
    return (
      Object.values(wanted).every((least, n) => (scores[n] ?? 0) >= least) &&
      (audits['interactive']?.numericValue ?? Infinity) <= usableWithin
    )
  } finally {
    chrome.kill()
  }
}

console.log(
  '| page | performance | accessibility | best practices | first paint | largest paint | interactive | blocked |',
)
const met = [
  await look('sign-in', '/', {}),
  await look('orders', '/', { Cookie: await cookie() }),
  await look('cases', '/cases', { Cookie: await cookie() }),
]
process.exitCode = met.every(Boolean) ? 0 : 1
