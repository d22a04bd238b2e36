import { expect, test } from 'vitest'
import { arranged, canDo, isMain } from './actions'

const action = (name: string, enabled = true) => ({ name, enabled, label: name })

test('what can be done now comes first, in the order of its weight', () => {
  const all = [action('suspend'), action('propose', false), action('ask_supplement'), action('decide')]
  expect(arranged(all, () => true).map((one) => one.name)).toEqual(['decide', 'ask_supplement', 'suspend', 'propose'])
})

test('what has no form, or its place elsewhere, is no button', () => {
  const all = [action('reject_evidence'), action('take'), action('unheard_of'), action('propose')]
  expect(arranged(all, (name) => name !== 'unheard_of').map((one) => one.name)).toEqual(['propose'])
})

test('only what moves the case on stands out', () => {
  expect(isMain(action('propose'))).toBe(true)
  expect(isMain(action('propose', false))).toBe(false)
  expect(isMain(action('suspend'))).toBe(false)
})

test('a thing can be done when the case offers it now', () => {
  const one = { actions: [action('take'), action('assign', false)] }
  expect([canDo(one, 'take'), canDo(one, 'assign'), canDo(one, 'recovery')]).toEqual([true, false, false])
})
