import { Link, type ErrorComponentProps } from '@tanstack/react-router'
import { Failure } from '@/ui/Failure'
import { useText } from './messages'
import css from './pages.module.css'

/** Pages in the place of a page. */

function Instead({ code, title, text }: { code: string; title: string; text: string }) {
  const say = useText()
  return (
    <main className={css.page}>
      <p className={css.code}>{code}</p>
      <h1 className={css.title}>{title}</h1>
      <p className={css.text}>{text}</p>
      <Link to="/" className={css.link}>
        {say('pages.home')}
      </Link>
    </main>
  )
}

export function Missing() {
  const say = useText()
  return <Instead code="404" title={say('pages.missing')} text={say('pages.missingText')} />
}

export function Forbidden() {
  const say = useText()
  return <Instead code="403" title={say('pages.forbidden')} text={say('pages.forbiddenText')} />
}

export function Crashed({ error, reset }: ErrorComponentProps) {
  return (
    <main className={css.page}>
      <Failure error={error} retry={reset} />
    </main>
  )
}
