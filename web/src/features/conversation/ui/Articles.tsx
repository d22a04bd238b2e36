import { useQuery } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { api, type Schemas, take } from '@/shared/api'
import type { View } from '@/shared/chat/log'
import { useErrorText } from '@/ui/Failure'
import { useCommand } from '@/ui/useCommand'
import { Wrong } from '@/ui/Wrong'
import { useText } from '../messages'
import { lastWordsOf, plainOf } from '../model/articles'
import css from './chats.module.css'

interface Props {
  view: View
  /** Puts words into the line where one writes; absent where one may not write. */
  onInsert: ((words: string) => void) | undefined
}

/** Articles that answer what the customer said last, or what is looked for; one's text can be put into the reply. */
export function Articles({ view, onInsert }: Props) {
  const say = useText()
  const errorText = useErrorText()
  const [typed, setTyped] = useState('')
  const [words, setWords] = useState('')
  const asked = words.trim() || lastWordsOf(view.messages)
  const lang = view.lang.startsWith('en') ? 'en' : 'zh'
  const found = useQuery({
    queryKey: ['articles', 'beside', asked, lang],
    enabled: asked.length >= 2,
    staleTime: 300_000,
    queryFn: async ({ signal }) =>
      (await take(api.GET('/v1/articles', { params: { query: { q: asked, lang, limit: 4 } }, signal }))).items,
  })
  return (
    <section>
      <h3>{say('articles.title')}</h3>
      <Input.Search
        size="small"
        allowClear
        aria-label={say('articles.label')}
        placeholder={say('articles.label')}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onSearch={setWords}
      />
      {found.isError && <p className={css.wrong}>{errorText(found.error)}</p>}
      {found.data?.length === 0 && <p className={css.quiet}>{say('articles.none')}</p>}
      <ul className={css.articles}>
        {(found.data ?? []).map((one) => (
          <Found key={one.id} one={one} lang={lang} onInsert={onInsert} />
        ))}
      </ul>
    </section>
  )
}

const textOf = (pieces: readonly Schemas['ArticlePiece'][]) => pieces.map((one) => one.text).join('')

function Found({ one, lang, onInsert }: { one: Schemas['ArticleHit']; lang: 'zh' | 'en' } & Pick<Props, 'onInsert'>) {
  const say = useText()
  const { run, busy, error } = useCommand({
    send: () => take(api.GET('/v1/articles/{id}', { params: { path: { id: one.id }, query: { lang } } })),
    onDone: (article) => onInsert?.(plainOf(article.markdown)),
  })
  return (
    <li>
      <b>{textOf(one.title)}</b>
      <p>
        {one.snippet.map((piece, n) =>
          piece.hit ? <mark key={n}>{piece.text}</mark> : <span key={n}>{piece.text}</span>,
        )}
      </p>
      {onInsert && (
        <Button size="small" type="text" loading={busy} onClick={() => void run()}>
          {say('articles.insert')}
        </Button>
      )}
      <Wrong error={error} />
    </li>
  )
}
