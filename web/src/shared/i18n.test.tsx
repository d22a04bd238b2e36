import { act, render, screen } from '@testing-library/react'
import { Suspense } from 'react'
import { expect, test } from 'vitest'
import { changeLanguage, messages } from './i18n'
import { rich } from './rich'

const zh = { hello: '你好，{{name}}', cases_other: '{{count}} 个案子', list: { empty: '没有' } }
const { useText } = messages('test', {
  'zh-CN': () => Promise.resolve({ default: zh }),
  en: () =>
    Promise.resolve({
      default: {
        hello: 'Hello, {{name}}',
        cases_one: '{{count}} case',
        cases_other: '{{count}} cases',
        list: { empty: 'Nothing' },
      },
    }),
})

function Page() {
  const say = useText()
  return <p>{[say('hello', { name: '<b>' }), say('cases', { count: 1 }), say('list.empty')].join(' | ')}</p>
}

test('words are loaded with their language, counted, and change in place', async () => {
  await act(() => changeLanguage('zh-CN'))
  await act(async () => {
    render(
      <Suspense fallback="…">
        <Page />
      </Suspense>,
    )
    await Promise.resolve()
  })
  expect((await screen.findByText(/你好/)).textContent).toBe('你好，<b> | 1 个案子 | 没有')
  await act(() => changeLanguage('en'))
  expect(screen.getByText(/Hello/).textContent).toBe('Hello, <b> | 1 case | Nothing')
  expect(document.documentElement.lang).toBe('en')
  expect(localStorage.getItem('aftersales.language')).toBe('en')
})

test('parts of a sentence may be more than words', () => {
  const { container } = render(
    <p>{rich('See the <a>rules</a> or <c>this</c>.', { a: (words) => <em>{words}</em> })}</p>,
  )
  expect(container.textContent).toBe('See the rules or <c>this</c>.')
  expect(container.querySelector('em')?.textContent).toBe('rules')
})
