import type { English } from '@/shared/i18n'
import type source from './zh-CN'

export default {
  title: 'Service desk',
} satisfies English<typeof source>
