import { useEffect, useState } from 'react'
import { useConnection } from '@/realtime'
import css from './ConnectionStrip.module.css'
import { useText } from './messages'

/** A moment's break is nobody's business. */
const patience = 2500

/** Says that the page is cut off from the server, as long as it is. */
export function ConnectionStrip() {
  const say = useText()
  const away = useConnection() === 'lost'
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (!away) return
    const timer = setTimeout(() => setLate(true), patience)
    return () => {
      clearTimeout(timer)
      setLate(false)
    }
  }, [away])
  return (
    <div role="status" className={css.place}>
      {away && late && <p className={css.strip}>{say('connection.lost')}</p>}
    </div>
  )
}
