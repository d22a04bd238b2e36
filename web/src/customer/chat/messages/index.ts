import { messages } from '@/shared/i18n'

export const { useText, text } = messages('customer-chat', {
  'zh-CN': () => import('./zh-CN'),
  en: () => import('./en'),
})
