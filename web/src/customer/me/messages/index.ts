import { messages } from '@/shared/i18n'

export const { useText, text } = messages('me', {
  'zh-CN': () => import('./zh-CN'),
  en: () => import('./en'),
})

export type T = ReturnType<typeof useText>
