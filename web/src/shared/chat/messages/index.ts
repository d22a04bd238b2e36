import { messages } from '@/shared/i18n'

export const { useText, text, load } = messages('chat', {
  'zh-CN': () => import('./zh-CN'),
  en: () => import('./en'),
})

export type Say = ReturnType<typeof useText>
