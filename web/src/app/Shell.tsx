import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useLiveLists } from '@/realtime'
import { language } from '@/shared/i18n'
import { setTheme, useTheme } from '@/shared/theme'
import { useWords } from '@/shared/words'
import { Loading } from '@/ui/Loading'
import { Account } from './Account'
import { Bell } from './Bell'
import { ConnectionStrip } from './ConnectionStrip'
import { may, type NavEntry } from './feature'
import { features } from './features'
import { Mark, MoreIcon, SearchIcon } from './icons'
import { modKey, useKey } from './keys'
import { useText } from './messages'
import { navOf } from './nav'
import { Palette } from './Palette'
import { Popover } from './Popover'
import { useMe } from './session'
import { Shortcuts } from './Shortcuts'
import css from './Shell.module.css'

/** How many entries a phone's bar has room for, besides the one for the rest. */
const barRoom = 4

const backgrounds = features.flatMap(({ name, background }) =>
  background ? [{ name, roles: background.roles, Behind: lazy(background.load) }] : [],
)

/** The frame around every page of those who are signed in. */
export function Shell() {
  const say = useText()
  const me = useMe()
  useLiveLists(me)
  const [open, setOpen] = useState<'palette' | 'keys' | null>(null)
  const { shown } = useTheme()
  const entries = navOf(me)
  const everywhere = say('keys.everywhere')
  useLiveLists(me)

  useKey('mod+k', say('keys.palette'), () => setOpen((now) => (now === 'palette' ? null : 'palette')), {
    group: everywhere,
    always: true,
  })
  useKey('?', say('keys.sheet'), () => setOpen('keys'), { group: everywhere })
  useKey('g t', say('keys.theme'), () => setTheme(shown === 'dark' ? 'light' : 'dark'), { group: everywhere })

  return (
    <div className={css.frame}>
      <a href="#content" className={css.skip}>
        {say('skip')}
      </a>
      <aside className={css.side}>
        <Link to="/" className={css.brand}>
          <Mark />
          <span>{say('title')}</span>
        </Link>
        <nav aria-label={say('menu.navigation')} className={css.nav}>
          {entries.map((entry) => (
            <Entry key={entry.to} entry={entry} />
          ))}
        </nav>
        <Account />
      </aside>
      <header className={css.top}>
        <Link to="/" className={css.brandSmall} aria-label={say('title')}>
          <Mark />
        </Link>
        <button type="button" className={css.search} onClick={() => setOpen('palette')}>
          <SearchIcon />
          <span>{say('palette.open')}</span>
          <kbd>{modKey} K</kbd>
        </button>
        <div className={css.tools}>
          <Bell />
          <div className={css.onPhone}>
            <Account small />
          </div>
        </div>
      </header>
      <main id="content" className={css.content} tabIndex={-1}>
        <PageChange />
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
      {entries.length > 1 && (
        <nav aria-label={say('menu.navigation')} className={css.bar}>
          {entries.slice(0, entries.length > barRoom + 1 ? barRoom : barRoom + 1).map((entry) => (
            <Entry key={entry.to} entry={entry} />
          ))}
          {entries.length > barRoom + 1 && <Rest entries={entries.slice(barRoom)} />}
        </nav>
      )}
      <ConnectionStrip />
      <Suspense fallback={null}>
        {backgrounds.map(({ name, roles, Behind }) => may(me, roles) && <Behind key={name} />)}
      </Suspense>
      {open === 'palette' && <Palette onClose={() => setOpen(null)} />}
      {open === 'keys' && <Shortcuts onClose={() => setOpen(null)} />}
    </div>
  )
}

function Entry({ entry }: { entry: NavEntry }) {
  const say = useText()
  const navigate = useNavigate()
  const name = entry.label[language()]
  useKey(`g ${entry.letter ?? ''}`, say('keys.goTo', { name }), () => void navigate({ to: entry.to }), {
    group: say('keys.everywhere'),
    when: entry.letter !== undefined,
  })
  return (
    <Link to={entry.to} className={css.entry} activeProps={{ className: css.here ?? '', 'aria-current': 'page' }}>
      {entry.icon}
      <span className={css.name}>{name}</span>
      {entry.useCount && <Count use={entry.useCount} />}
    </Link>
  )
}

function Count({ use }: { use: () => number | undefined }) {
  const count = use()
  return count ? <span className={`${css.count} figures`}>{count > 999 ? '999+' : count}</span> : null
}

/** What a phone's bar has no room for. */
function Rest({ entries }: { entries: readonly NavEntry[] }) {
  const say = useText()
  return (
    <Popover
      label={say('menu.more')}
      side="above"
      align="end"
      className={css.entry}
      button={
        <>
          <MoreIcon />
          <span className={css.name}>{say('menu.more')}</span>
        </>
      }
    >
      {(close) => (
        <ul>
          {entries.map((entry) => (
            <li key={entry.to}>
              <Link to={entry.to} className={css.rest} onClick={close}>
                {entry.icon}
                <span>{entry.label[language()]}</span>
                {entry.useCount && <Count use={entry.useCount} />}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Popover>
  )
}

/** A new page is told to those who listen, and begins at its top. */
function PageChange() {
  const word = useWords()
  const me = useMe()
  const path = useLocation({ select: (location) => location.pathname })
  const before = useRef(path)
  useEffect(() => {
    if (before.current === path) return
    before.current = path
    document.getElementById('content')?.focus({ preventScroll: true })
  }, [path])
  return <span className="unseen">{word('role', me.role)}</span>
}
