import type { English } from '@/shared/i18n'
import type source from './zh-CN'

export default {
  title: 'After-sales service',
} satisfies English<typeof source>
