import { useEffect, useRef, useState } from 'react'
import { api, take } from '@/shared/api'
import { showTalk } from '@/shared/chat/useTalk'
import { language } from '@/shared/language'
import { useCustomer } from '../session'
import { go, usePlace } from '../shell/router'
import { Screen } from '../shell/Screen'
import { Failure, Skeleton } from '../ui'
import { useText } from './messages'

/** Goes on with the conversation that is open, or begins one; what it is about comes along in the address. */
export default function OpenChat() {
  const t = useText()
  const me = useCustomer()
  const { query } = usePlace()
  const [error, setError] = useState<unknown>(null)
  const [order, about] = [query.get('order'), query.get('case')]
  const begun = useRef(false)
  const begin = async () => {
    setError(null)
    try {
      const view = await take(
        api.POST('/v1/conversations', {
          body: { lang: language(), ...(about ? { case_id: about } : order ? { order_id: order } : {}) },
        }),
      )
      showTalk(me.id, view)
      const card = about ? `?case=${encodeURIComponent(about)}` : order ? `?order=${encodeURIComponent(order)}` : ''
      go(`/chat/${view.id}${card}`, { replace: true })
    } catch (failure) {
      setError(failure)
    }
  }
  useEffect(() => {
    if (begun.current) return
    begun.current = true
    void begin()
  })
  return (
    <Screen title={t('title')} backTo="/" busy={error === null}>
      {error === null ? <Skeleton /> : <Failure error={error} onRetry={() => void begin()} />}
    </Screen>
  )
}
