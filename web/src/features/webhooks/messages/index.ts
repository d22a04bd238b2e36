import { messages } from '@/shared/i18n'

export const { useText, text, load } = messages('webhooks', {
  'zh-CN': () => import('./zh-CN'),
  en: () => import('./en'),
})
