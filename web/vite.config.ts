import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { compress } from './build/compress.ts'
import { entries } from './build/entries.ts'
import { words } from './build/words.ts'

/** The server that the pages talk to while they are developed; the port is that of `make run`. */
const server = process.env.AFTERSALES_URL ?? 'http://localhost:8080'

export default defineConfig({
  plugins: [react(), entries(), words(), compress()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: {
    host: 'localhost',
    port: 5173,
    proxy: { '/v1': { target: server, ws: true }, '/openapi.json': { target: server } },
  },
  build: {
    manifest: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
    assetsInlineLimit: 0, // a page may not load what is written into it
    rolldownOptions: { input: { customer: 'index.html', staff: 'staff.html' } },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test/setup.ts'],
    css: { include: [/theme/] },
    testTimeout: 20_000,
    restoreMocks: true,
  },
})
