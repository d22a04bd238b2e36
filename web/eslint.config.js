import js from '@eslint/js'
import { defineConfig } from 'eslint/config'
import hooks from 'eslint-plugin-react-hooks'
import ts from 'typescript-eslint'

// Who may import whom. The customers' pages stay small: no antd, no router. A feature is used through its index alone.
/** @returns {import('eslint').Linter.Config} */
const boundaries = (/** @type {string[]} */ files, /** @type {{ group: string[], message: string }[]} */ patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns }] },
})

// Beside its index a feature may have parts.ts: what it shows inside others, loaded with them and not with the entry.
const inner = {
  group: ['@/features/*/*', '!@/features/*/parts'],
  message: 'Use another feature through its index or its parts.',
}
const heavy = {
  group: ['antd', 'antd/*', '@ant-design/*', '@tanstack/react-router', '@/ui/*', '@/app/*', '@/features/*'],
  message: "The customers' pages must stay small.",
}

export default defineConfig(
  { ignores: ['dist', 'public', 'node_modules', 'src/shared/api/schema.d.ts', 'test-results'] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  ...ts.configs.stylisticTypeChecked,
  hooks.configs.flat['recommended-latest'],
  { languageOptions: { parserOptions: { projectService: true } } },
  {
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/only-throw-error': 'off', // the router throws its redirects
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['scripts/**', '*.config.*', 'build/**', 'e2e/program/start.ts'],
    rules: { 'no-console': 'off', 'no-undef': 'off', '@typescript-eslint/no-unsafe-assignment': 'off' },
  }, // types see what is not there
  boundaries(['src/customer/**'], [heavy]),
  boundaries(['src/shared/**', 'src/realtime/**'], [heavy]),
  boundaries(['src/features/**', 'src/app/**'], [inner]),
)
