import { useEffect } from 'react'
import { announceArrival } from '@/shared/arrival'
import { useText } from '../messages'
import { Door } from './Door'

/** Where a sign-in leads that was asked for by a page in another tab: it tells that page, and goes. */
export default function SignedIn() {
  const say = useText()
  useEffect(() => {
    announceArrival()
    window.close()
  }, [])
  return (
    <Door title={say('come.doneTitle')} intro={say('come.done')}>
      {null}
    </Door>
  )
}
