import { Problem, Unreachable } from '@/shared/api'
import css from './states.module.css'
import { useText } from './messages'

/** What went wrong, in words, with a way to try again. In the place of what could not be shown. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const say = useText()
  return (
    <div role="alert" className={css.state}>
      <p className={css.title}>{say('failure.title')}</p>
      <p className={css.text}>{useErrorText()(error)}</p>
      {retry && (
        <button type="button" className={css.action} onClick={retry}>
          {say('retry')}
        </button>
      )}
      {error instanceof Problem && error.status >= 500 && error.requestID && (
        <p className={css.reference}>{say('failure.reference', { id: error.requestID })}</p>
      )}
    </div>
  )
}

/** The sentence for a failure: the server's own, where it is the server's. */
export function useErrorText(): (error: unknown) => string {
  const say = useText()
  return (error) => {
    if (error instanceof Problem) return error.message
    return say(error instanceof Unreachable ? 'failure.unreachable' : 'failure.unknown')
  }
}
