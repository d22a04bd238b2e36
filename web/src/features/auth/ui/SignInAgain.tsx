import { Dialog } from '@/shared/Dialog'
import type { Person } from '../api/session'
import { useText } from '../messages'
import { begin, present, signOut } from '../model/session'
import css from './forms.module.css'
import { SignInForm } from './SignInForm'

/** Signs in again over the page, which then goes on. Somebody else begins with a page of their own. */
export default function SignInAgain({ onEnd }: { onEnd: (signedIn: boolean) => void }) {
  const say = useText()
  const done = (person: Person) => {
    if (person.id === present()?.id) return onEnd(true)
    begin(person)
    location.assign('/staff')
  }
  return (
    <Dialog firm title={say('again.title')} onClose={() => void signOut()} closeLabel={say('again.leave')} width={420}>
      <div className={css.form}>
        <p className={css.intro}>{say('again.intro')}</p>
        <SignInForm onDone={done} />
      </div>
    </Dialog>
  )
}
