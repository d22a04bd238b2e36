import type { ReactNode } from 'react'
import { changeLanguage, language } from '@/shared/i18n'
import { Mark } from '@/app/icons'
import css from './Door.module.css'

/** The page of those who are not in yet: one card, and the language. */
export function Door({
  title,
  intro,
  children,
  wide = false,
}: {
  title: string
  intro?: ReactNode
  children: ReactNode
  wide?: boolean
}) {
  return (
    <div className={css.page}>
      <main className={wide ? `${css.card} ${css.wide}` : css.card}>
        <Mark />
        <h1 className={css.title}>{title}</h1>
        {intro && <p className={css.intro}>{intro}</p>}
        <div className={css.inside}>{children}</div>
      </main>
      <footer className={css.foot}>
        {language() === 'en' ? (
          <button type="button" lang="zh-CN" onClick={() => void changeLanguage('zh-CN')}>
            中文
          </button>
        ) : (
          <button type="button" lang="en" onClick={() => void changeLanguage('en')}>
            English
          </button>
        )}
      </footer>
    </div>
  )
}
