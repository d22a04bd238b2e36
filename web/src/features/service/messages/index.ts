import { messages } from '@/shared/i18n'

export const { useText, text, load } = messages('service', {
  'zh-CN': () => import('./zh-CN'),
  en: () => import('./en'),
})
