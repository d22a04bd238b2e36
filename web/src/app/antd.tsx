import { ConfigProvider, type ThemeConfig, theme as antd } from 'antd'
import type { Locale } from 'antd/es/locale'
import { type ReactNode, use, useMemo, useSyncExternalStore } from 'react'
import { type Language, language, onLanguage } from '@/shared/i18n'
import { useTheme } from '@/shared/theme'

/** antd takes its colours and sizes from the tokens of theme.css, so that there is one place where they stand. */
function themeOf(shown: 'light' | 'dark'): ThemeConfig {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim() || '#888888'
  const [ink, line, strong] = [token('ink'), token('line'), token('line-strong')]
  return {
    algorithm: shown === 'dark' ? antd.darkAlgorithm : antd.defaultAlgorithm,
    token: {
      colorPrimary: token('accent'),
      colorInfo: token('wait-dot'),
      colorSuccess: token('good-dot'),
      colorWarning: token('act-dot'),
      colorError: token('bad-dot'),
      colorLink: token('accent-ink'),
      colorLinkHover: token('accent'),
      colorText: ink,
      colorTextSecondary: token('ink-2'),
      colorTextTertiary: token('ink-3'),
      colorTextDescription: token('ink-3'),
      colorTextPlaceholder: token('ink-3'),
      colorTextDisabled: token('ink-3'),
      colorErrorText: token('bad-ink'),
      colorBgLayout: token('ground'),
      colorBgContainer: token('surface'),
      colorBgElevated: token('surface'),
      colorBorder: strong,
      colorBorderSecondary: line,
      colorSplit: line,
      controlItemBgHover: token('hover'),
      controlItemBgActive: token('accent-soft'),
      controlItemBgActiveHover: token('accent-soft'),
      fontFamily: style.getPropertyValue('--font').trim() || 'sans-serif',
      fontSize: 14,
      borderRadius: 8,
      borderRadiusLG: 12,
      borderRadiusSM: 6,
      controlHeight: 36,
      controlHeightLG: 44,
      controlHeightSM: 28,
      fontSizeLG: 15,
      boxShadow: token('shadow-2'),
      boxShadowSecondary: token('shadow-3'),
      controlOutlineWidth: 3,
      motionDurationMid: '0.14s',
      motionDurationSlow: '0.2s',
      wireframe: false,
    },
    components: {
      Button: {
        primaryShadow: 'none',
        defaultShadow: 'none',
        dangerShadow: 'none',
        colorError: token('bad-ink'),
        colorErrorHover: token('bad-ink'),
        colorErrorActive: token('bad-ink'),
        colorErrorBorderHover: token('bad-ink'),
        dangerColor: token('surface'),
        fontWeight: 500,
        paddingInline: 14,
        paddingInlineSM: 10,
        contentFontSizeSM: 13,
      },
      Input: { activeShadow: `0 0 0 3px ${token('accent-soft')}`, hoverBorderColor: strong },
      Table: {
        headerBg: 'transparent',
        headerColor: token('ink-3'),
        rowHoverBg: token('hover'),
        headerSplitColor: 'transparent',
      },
      Drawer: { paddingLG: 24 },
      Modal: { titleFontSize: 16 },
      Tabs: { horizontalItemPadding: '10px 0', titleFontSize: 14 },
      Segmented: { trackBg: token('sunken'), itemSelectedBg: token('raised') },
      Tooltip: { colorBgSpotlight: ink, colorTextLightSolid: token('surface') },
    },
  }
}

const locales = new Map<Language, Promise<Locale>>()

function localeOf(wanted: Language): Promise<Locale> {
  let loading = locales.get(wanted)
  if (!loading) {
    loading = (wanted === 'en' ? import('antd/locale/en_US') : import('antd/locale/zh_CN')).then((file) => file.default)
    locales.set(wanted, loading)
  }
  return loading
}

export function Antd({ children }: { children: ReactNode }) {
  const { shown } = useTheme()
  const locale = use(localeOf(useSyncExternalStore(onLanguage, language)))
  const theme = useMemo(() => themeOf(shown), [shown])
  return (
    <ConfigProvider theme={theme} locale={locale} wave={{ disabled: true }} button={{ autoInsertSpace: false }}>
      {children}
    </ConfigProvider>
  )
}
