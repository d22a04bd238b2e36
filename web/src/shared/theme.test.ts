import { describe, expect, test } from 'vitest'
import css from './theme.css?raw'

/** The colours of a theme, by name. */
function colours(selector: string): Record<string, string> {
  const block = css.slice(css.indexOf(selector)).split('}')[0] ?? ''
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((m) => [m[1] ?? '', m[2] ?? '']))
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = parseInt(hex.slice(at, at + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

const pairs = [
  ...['ink', 'ink-2', 'ink-3', 'accent-ink'].flatMap((ink) =>
    ['ground', 'surface', 'sunken', 'hover'].map((on) => [ink, on] as const),
  ),
  ...['quiet', 'wait', 'act', 'good', 'bad', 'review'].flatMap((tone) =>
    [`${tone}-soft`, 'surface', 'ground'].map((on) => [`${tone}-ink`, on] as const),
  ),
  ['accent-ink', 'accent-soft'] as const,
  ['on-accent', 'accent'] as const,
  ['ink', 'note-ground'] as const,
  ['ink-2', 'note-ground'] as const,
]

describe.each([
  ['light', ':root {'],
  ['dark', ":root[data-theme='dark'] {"],
])('%s', (_, selector) => {
  const theme = colours(selector)

  test.each(pairs)('%s can be read on %s', (ink, on) => {
    expect(contrast(theme[ink] ?? '', theme[on] ?? '')).toBeGreaterThanOrEqual(4.5)
  })

  test.each(['ground', 'surface'])('the focus can be seen on %s', (on) => {
    expect(contrast(theme.focus ?? '', theme[on] ?? '')).toBeGreaterThanOrEqual(3)
  })
})

test('both themes have the same colours', () => {
  expect(Object.keys(colours(":root[data-theme='dark'] {")).sort()).toEqual(Object.keys(colours(':root {')).sort())
})
