import { useRef, useState } from 'react'
import { api, take } from '@/shared/api'
import type { View } from '@/shared/chat/log'
import type { Talk } from '@/shared/chat/talk'
import { serverNow } from '@/shared/time'
import { type Given, RatingFields } from '../rating/RatingFields'
import { useText } from './messages'

/** How the customer found a conversation with a person. What is tapped is shown at once; the last tap counts. */
export function ChatRating({ talk, view }: { talk: Talk; view: View }) {
  const t = useText()
  const running = useRef(0)
  const [tapped, setTapped] = useState<Given | null>(null)
  const [saved, setSaved] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [begunAt] = useState(() => serverNow())
  const { rating } = view
  if (!rating) return null
  const given: Given = tapped ?? { score: rating.score ?? 0, codes: rating.codes, text: rating.text ?? '' }
  const give = async (next: Given) => {
    const turn = ++running.current
    setTapped(next)
    setSaved(false)
    setError(null)
    try {
      const body = { score: next.score, codes: [...next.codes], ...(next.text ? { text: next.text } : {}) }
      const after = await take(api.POST('/v1/conversations/{id}/rating', { params: { path: { id: talk.id } }, body }))
      if (turn !== running.current) return
      talk.show(after)
      setTapped(null)
      setSaved(true)
    } catch (failure) {
      if (turn !== running.current) return
      setTapped(null)
      setError(failure)
    }
  }
  return (
    <div className="chat-rating">
      <p className="chat-ended-title">{t(given.score > 0 ? 'rated' : 'rate')}</p>
      <RatingFields
        name={`chat-rating-${talk.id}`}
        legend={t('rate')}
        given={given}
        until={rating.changeable_until}
        choices={rating.choices}
        may={Date.parse(rating.changeable_until) > begunAt}
        saved={saved}
        error={error}
        onGive={(next) => void give(next)}
      />
    </div>
  )
}
