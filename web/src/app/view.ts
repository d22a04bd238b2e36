import { useLocation, useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'

/**
 * The state of a view, kept in the address: filters, the chosen row, the open tab. `undefined` and empty take a name out. Going back leaves
 * out changes of filters (they replace), and comes back from what was opened (`push`).
 */
export function useView<Names extends string>(
  ...names: readonly Names[]
): [
  view: Partial<Record<Names, string>>,
  change: (part: Partial<Record<Names, string | undefined>>, how?: 'push' | 'replace') => void,
] {
  const search = useLocation({ select: (location) => location.search as Record<string, unknown> })
  const navigate = useNavigate()
  const text = names.join('\n')
  const view = useMemo((): Partial<Record<Names, string>> => {
    const found: Partial<Record<string, string>> = {}
    for (const name of text.split('\n')) {
      const value = search[name]
      if (typeof value === 'string' && value !== '') found[name] = value
    }
    return found
  }, [search, text])
  const change = useCallback(
    (part: Partial<Record<Names, string | undefined>>, how: 'push' | 'replace' = 'replace') => {
      void navigate({
        to: '.',
        search: (before: Record<string, unknown>) =>
          Object.fromEntries(
            Object.entries({ ...before, ...part }).filter(([, value]) => value !== undefined && value !== ''),
          ),
        replace: how === 'replace',
        resetScroll: false,
      } as never)
    },
    [navigate],
  )
  return [view, change]
}
