// Loads a page of customers' as Lighthouse's slow phone does, and says how well it did: npm run lighthouse [-- http://localhost:8080/].
import { launch } from 'chrome-launcher'
import lighthouse from 'lighthouse'

const page = process.argv[2] ?? `${process.env.AFTERSALES_URL ?? 'http://localhost:8080'}/`
const wanted = { performance: 95, accessibility: 95, 'best-practices': 95 }
const usableWithin = 2000

const chrome = await launch({
  chromePath: process.env.AFTERSALES_CHROMIUM ?? '/usr/bin/chromium',
  chromeFlags: ['--headless=new', '--no-sandbox', '--disable-dev-shm-usage'],
})
try {
  const result = await lighthouse(page, { port: chrome.port, onlyCategories: Object.keys(wanted), logLevel: 'error' })
  if (!result) throw new Error('Lighthouse gave no result')
  const { categories, audits } = result.lhr
  const short = Object.entries(wanted).filter(([name, least]) => (categories[name]?.score ?? 0) * 100 < least)
  for (const name of Object.keys(wanted))
    console.log(`| ${name} | ${Math.round((categories[name]?.score ?? 0) * 100)} |`)
  for (const name of ['first-contentful-paint', 'largest-contentful-paint', 'interactive', 'total-blocking-time'])
    console.log(`| ${name} | ${audits[name]?.displayValue ?? '?'} |`)
  const usable = audits['interactive']?.numericValue ?? Infinity
  if (usable > usableWithin) console.log(`usable after ${Math.round(usable)} ms, wanted within ${usableWithin} ms`)
  process.exitCode = short.length > 0 || usable > usableWithin ? 1 : 0
} finally {
  chrome.kill()
}
