import { useNavigate } from '@tanstack/react-router'
import { useEffect, useEffectEvent } from 'react'
import { useMe } from '@/app/session'
import { useNews } from '@/realtime'
import { useDesk, useSit } from '../api/chats'
import { useText } from '../messages'

const every = 30_000

/** On every page of those who answer: says again that one is there, and tells of new messages while nobody looks. */
export default function Background() {
  const say = useText()
  const me = useMe()
  const agent = me.role === 'agent'
  const { data: desk } = useDesk(agent)
  const sit = useSit()
  const navigate = useNavigate()
  const here = agent && desk !== undefined && desk.state !== 'offline'
  const beat = useEffectEvent(() => {
    if (desk) sit(desk).catch(() => undefined) // said again in half a minute
  })
  useEffect(() => {
    if (!here) return
    const timer = setInterval(() => beat(), every)
    return () => clearInterval(timer)
  }, [here])
  useNews((news) => {
    if (news.type !== 'message.sent' || news.kind === me.role || !document.hidden) return
    if (!('Notification' in globalThis) || Notification.permission !== 'granted') return
    // Without a word of what was said: others may see the screen.
    const note = new Notification(say('notify.title'), { body: say('notify.body'), tag: news.id })
    note.onclick = () => {
      focus()
      note.close()
      if (news.id) void navigate({ to: '/chats', search: { c: news.id } } as never)
    }
  })
  return null
}
