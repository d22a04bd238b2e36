import { Button, Input } from 'antd'
import { useState } from 'react'
import { formatMoment } from '@/shared/time'
import { useWords } from '@/shared/words'
import { Failure } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { useFound } from '../api/chats'
import { useText } from '../messages'
import css from './chats.module.css'

/** Finds what was said. `customer`: in the conversations of one alone. */
export function Search({ customer, onOpen }: { customer?: string | undefined; onOpen: (id: string) => void }) {
  const say = useText()
  const [typed, setTyped] = useState('')
  const [words, setWords] = useState('')
  return (
    <div className={css.search}>
      <form
        role="search"
        onSubmit={(event) => {
          event.preventDefault()
          setWords(typed)
        }}
      >
        <Input.Search
          autoFocus={customer === undefined}
          allowClear
          aria-label={say('search.label')}
          placeholder={say('panel.searchHint')}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onSearch={setWords}
        />
      </form>
      {words.trim().length >= 2 ? (
        <Results words={words} customer={customer} onOpen={onOpen} />
      ) : (
        customer === undefined && <p className={css.quiet}>{say('search.hint')}</p>
      )}
    </div>
  )
}

function Results({
  words,
  customer,
  onOpen,
}: {
  words: string
  customer: string | undefined
  onOpen: (id: string) => void
}) {
  const say = useText()
  const word = useWords()
  const found = useFound(words, customer)
  if (found.isPending) return <Loading />
  if (found.isError && !found.data) return <Failure error={found.error} retry={() => void found.refetch()} />
  const items = found.data.pages.flatMap((page) => page.items)
  return (
    <>
      <p role="status" className={css.quiet}>
        {items.length === 0 && !found.hasNextPage ? say('search.none') : say('panel.found', { count: items.length })}
      </p>
      <ul className={css.rows}>
        {items.map(({ conversation_id: id, message }) => (
          <li key={`${id} ${message.seq}`}>
            <button type="button" className={css.row} onClick={() => onOpen(id)}>
              <span className={css.rowHead}>
                <span className={css.rowName}>{word('role', message.from.role)}</span>
                <small className="figures">{formatMoment(message.sent_at)}</small>
              </span>
              <span className={css.foundLine}>{message.content.text}</span>
            </button>
          </li>
        ))}
        {found.hasNextPage && (
          <li className={css.foot}>
            <Button block loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
              {say('more')}
            </Button>
          </li>
        )}
      </ul>
    </>
  )
}
