import type { ReactNode } from 'react'

/** Line icons of one hand: 20 by 20, 1.5 wide, in the colour of the text. Features draw theirs with `icon` too. */
export const icon = (paths: ReactNode, size = 20): ReactNode => (
  <svg
    viewBox="0 0 20 20"
    width={size}
    height={size}
    fill="none"
    stroke="currentColor"
    strokeWidth="1.5"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
  >
    {paths}
  </svg>
)

export const Mark = () => (
  <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
    <rect width="32" height="32" rx="8" fill="var(--accent)" />
    <path
      d="M10 12.5h9.2a4.3 4.3 0 0 1 0 8.6H12M13.4 8.6l-4 3.9 4 3.9"
      fill="none"
      stroke="var(--on-accent)"
      strokeWidth="2.6"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  </svg>
)

export const SearchIcon = () =>
  icon(<path d="m16.5 16.5-3.7-3.7m1.5-3.6a5.1 5.1 0 1 1-10.2 0 5.1 5.1 0 0 1 10.2 0Z" />, 16)
export const BellIcon = () =>
  icon(
    <path d="M10 3a4.6 4.6 0 0 0-4.6 4.6c0 4-1.7 5.2-1.7 5.2h12.6s-1.7-1.2-1.7-5.2A4.6 4.6 0 0 0 10 3Zm-1.6 12.7a1.8 1.8 0 0 0 3.2 0" />,
  )
export const MoreIcon = () => icon(<path d="M4.5 10h.01M10 10h.01M15.5 10h.01" strokeWidth="2.4" />)
export const CheckIcon = () => icon(<path d="m4.5 10.5 3.6 3.6 7.4-8" />, 16)
