import { useSyncExternalStore } from 'react'
import { changeLanguage, language, onLanguage } from '@/shared/i18n'
import { setTheme, useTheme } from '@/shared/theme'
import { useText } from '../messages'
import { Segmented } from '../ui'

/** How the page speaks and looks. */
export function LanguageAndTheme() {
  const t = useText()
  const now = useSyncExternalStore(onLanguage, language)
  const { chosen } = useTheme()
  return (
    <div className="settings">
      <Segmented
        legend={t('me.language')}
        value={now}
        options={[
          ['zh-CN', '简体中文'],
          ['en', 'English'],
        ]}
        onChange={(next) => void changeLanguage(next)}
      />
      <Segmented
        legend={t('me.theme')}
        value={chosen}
        options={[
          ['system', t('me.system')],
          ['light', t('me.light')],
          ['dark', t('me.dark')],
        ]}
        onChange={setTheme}
      />
    </div>
  )
}
