import { Link, useLocation } from '@tanstack/react-router'
import css from './PageTabs.module.css'

/** Pages that belong together, one beside the other. Each is an address of its own. */
export function PageTabs({ label, tabs }: { label: string; tabs: readonly (readonly [to: string, name: string])[] }) {
  const path = useLocation({ select: (location) => location.pathname })
  return (
    <nav aria-label={label} className={css.tabs}>
      {tabs.map(([to, name]) => (
        <Link key={to} to={to as never} aria-current={path === to ? 'page' : undefined}>
          {name}
        </Link>
      ))}
    </nav>
  )
}
