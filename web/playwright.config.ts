import { defineConfig } from '@playwright/test'

/** Where Debian puts it; AFTERSALES_CHROMIUM names another. */
const chromium = process.env.AFTERSALES_CHROMIUM ?? '/usr/bin/chromium'

/**
 * The browser tests: the built program, started once as a user would, and people in real browsers before it. `make e2e` brings
 * what they need. Each story has customers and a shop of its own, so that they may run beside each other.
 */
export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  globalSetup: './e2e/program/start.ts',
  fullyParallel: true,
  workers: Number(process.env.AFTERSALES_E2E_WORKERS ?? 2),
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: true,
  retries: 0,
  reporter: [['list']],
  use: {
    trace: { mode: 'retain-on-failure', screenshots: false }, // a picture of every moment would take a third of the time
    screenshot: 'only-on-failure',
    actionTimeout: 20_000,
    navigationTimeout: 30_000,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: { executablePath: chromium, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] },
  },
  projects: [
    { name: 'people', testIgnore: 'trouble/**' },
    // These kill the server that all others talk to, so they come last and one after the other.
    { name: 'trouble', testMatch: 'trouble/**/*.spec.ts', dependencies: ['people'], fullyParallel: false, workers: 1 },
  ],
})
