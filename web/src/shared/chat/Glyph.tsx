/** The few drawings that conversations need in both entries, on a grid of 24 in the colour of the text. */
const shapes = {
  bot: 'M5 9h14v10H5zM12 9V5.5M9 13.5h.01M15 13.5h.01M9.5 16.5h5M2.5 13v3M21.5 13v3',
  person: 'M12 12.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5c.8-3.6 3.8-5 7.5-5s6.7 1.4 7.5 5',
  store:
    'M4.5 10v9.5h15V10M3.5 9.5 5.5 4.5h13l2 5c-.6 2-3.2 2-4.25 0-.9 2-3.35 2-4.25 0-.9 2-3.35 2-4.25 0-1.05 2-3.65 2-4.25 0Z',
  file: 'M6.5 3.5h7l4 4v13h-11zM13.5 3.5v4h4M9 12h6M9 15.5h6',
  picture: 'M4 5h16v14H4zM4 16l4.5-4.5 4 4 2.5-2.5 5 4.5M15.5 9.5h.01',
  link: 'M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  send: 'M4.5 12h14M12.5 5.5 19 12l-6.5 6.5',
  plus: 'M12 5v14M5 12h14',
  down: 'm6 9.5 6 6 6-6',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  close: 'M6 6l12 12M18 6 6 18',
} as const

export type GlyphName = keyof typeof shapes

export function Glyph({ name, size = 20 }: { name: GlyphName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 3 : 1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={shapes[name]} />
    </svg>
  )
}
