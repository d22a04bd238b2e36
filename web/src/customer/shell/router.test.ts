import { beforeAll, describe, expect, it, vi } from 'vitest'
import { back, begin, go, match, movesSoFar } from './router'

describe('match', () => {
  it('reads parameters', () => {
    expect(match('/orders/:id/ask/:kind', '/orders/T0101/ask/exchange')).toEqual({ id: 'T0101', kind: 'exchange' })
    expect(match('/', '/')).toEqual({})
    expect(match('/orders/:id', '/orders/%E9%9E%8B')).toEqual({ id: '鞋' })
  })
  it('takes a slash at the end for the same place', () => {
    expect(match('/cases', '/cases/')).toEqual({})
  })
  it('is null for any other path', () => {
    for (const path of ['/orders', '/orders/', '/orders/1/2', '/cases/1', '/orders/%E9%9E'])
      expect(match('/orders/:id', path)).toBeNull()
  })
})

describe('going', () => {
  beforeAll(() => {
    begin()
  })
  it('goes on, back, and to the fallback where nothing of ours lies before', () => {
    go('/cases', { replace: true })
    const left = vi.fn()
    history.back = left
    back('/')
    expect(left).not.toHaveBeenCalled()
    expect(location.pathname).toBe('/')
    go('/orders/1')
    expect(location.pathname).toBe('/orders/1')
    back('/')
    expect(left).toHaveBeenCalledOnce()
    expect(movesSoFar()).toBe(3)
  })
  it('keeps the depth when a place is replaced', () => {
    const before = (history.state as { depth: number }).depth
    go('/orders/1?step=reason', { replace: true })
    expect((history.state as { depth: number }).depth).toBe(before)
    go('/orders/1?step=details')
    expect((history.state as { depth: number }).depth).toBe(before + 1)
  })
})
