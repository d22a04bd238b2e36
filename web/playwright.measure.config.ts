import { defineConfig } from '@playwright/test'
import common from './playwright.config.ts'

/** What is no test but told by the same browsers: pictures (npm run gallery) and figures (npm run measure). */
export default defineConfig({
  ...common,
  testMatch: '**/*.{gallery,measure}.ts',
  workers: 1,
  timeout: 600_000,
  use: { ...common.use, trace: 'off', screenshot: 'off' },
  projects: [
    { name: 'gallery', testMatch: 'gallery/*.gallery.ts' },
    { name: 'measure', testMatch: 'measure/*.measure.ts' },
  ],
})
