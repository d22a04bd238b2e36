import { Link } from '@tanstack/react-router'
import { changeLanguage, language, type Language } from '@/shared/i18n'
import { setTheme, type Theme, useTheme } from '@/shared/theme'
import { useWords } from '@/shared/words'
import { signOut } from '@/features/auth'
import css from './Account.module.css'
import { useText } from './messages'
import { Popover } from './Popover'
import { useMe } from './session'

const names: readonly [Language, string][] = [
  ['zh-CN', '中文'],
  ['en', 'English'],
]

/** Enough of an ID to tell two apart. */
const shortID = (id: string): string => (id.length > 16 ? id.slice(-8) : id)

/** Who is signed in, and what is theirs: appearance, language, account, the way out. */
export function Account({ small = false }: { small?: boolean }) {
  const say = useText()
  const word = useWords()
  const me = useMe()
  const { chosen } = useTheme()
  const role = word('role', me.role)
  const themes: readonly [Theme, string][] = [
    ['light', say('menu.light')],
    ['dark', say('menu.dark')],
    ['system', say('menu.system')],
  ]
  const face = (
    <span className={css.face} aria-hidden="true">
      {role.slice(0, 1)}
    </span>
  )
  return (
    <Popover
      label={say('menu.account')}
      side={small ? 'below' : 'above'}
      align={small ? 'end' : 'start'}
      width={232}
      className={small ? css.small : css.button}
      button={
        small ? (
          face
        ) : (
          <>
            {face}
            <span className={css.who}>
              <span>{role}</span>
              <span className={css.id}>{shortID(me.merchant_id ?? me.id)}</span>
            </span>
          </>
        )
      }
    >
      {(close) => (
        <div>
          <Link to="/account" className={css.item} onClick={close}>
            {say('menu.security')}
          </Link>
          <hr className={css.rule} />
          <fieldset className={css.group}>
            <legend>{say('menu.theme')}</legend>
            <div className={css.row}>
              {themes.map(([value, name]) => (
                <button key={value} type="button" aria-pressed={chosen === value} onClick={() => setTheme(value)}>
                  {name}
                </button>
              ))}
            </div>
          </fieldset>
          <fieldset className={css.group}>
            <legend>{say('menu.language')}</legend>
            <div className={css.row}>
              {names.map(([value, name]) => (
                <button
                  key={value}
                  type="button"
                  lang={value}
                  aria-pressed={language() === value}
                  onClick={() => void changeLanguage(value)}
                >
                  {name}
                </button>
              ))}
            </div>
          </fieldset>
          <hr className={css.rule} />
          <button type="button" className={css.item} onClick={() => void signOut()}>
            {say('menu.signOut')}
          </button>
        </div>
      )}
    </Popover>
  )
}
