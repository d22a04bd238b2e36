import { Button } from 'antd'
import { type ReactNode, type SubmitEvent, useRef, useState } from 'react'
import { isProblem, Problem } from '@/shared/api'
import { useErrorText } from './Failure'
import { useText } from './messages'
import css from './MutationForm.module.css'
import { useCommand } from './useCommand'

/** What the person decides on, as it stands: shown again where it changed. */
export type Fact = readonly [label: string, value: string]

interface Props<Content, Result> {
  /** What is sent. The same content is the same intention. */
  content: Content
  send: (content: Content, how: { key: string; revision: number }) => Promise<Result>
  onDone?: (result: Result) => void
  /** The revision of the case as it is shown, and the facts that the decision rests on. */
  revision: number
  facts?: readonly Fact[]
  /** Loads the case anew when the server says that it moved on. */
  refresh?: () => Promise<unknown>
  submit: ReactNode
  danger?: boolean
  /** What is missing before it can be sent, in words. */
  missing?: string | undefined
  onCancel?: () => void
  cancel?: ReactNode
  /** The fields. `wrong` says what the server found wrong with one of them. */
  children: (wrong: (field: string) => string | undefined) => ReactNode
}

/** How long a notice of changes must have been on the screen before it counts as read, so that no press slips in under it. */
const readingTime = 600

/**
 * A form that gives a command. What is wrong stands in its place. When the case changed while it was filled in, what was typed stays, what
 * changed is shown, and the person sends it again knowing so.
 */
export function MutationForm<Content, Result>(props: Props<Content, Result>) {
  const { content, revision, facts = [], refresh, submit, danger = false, missing, onCancel, cancel, children } = props
  const say = useText()
  const errorText = useErrorText()
  const [seen, setSeen] = useState({ revision, facts })
  const [tried, setTried] = useState(false)
  const shownAt = useRef(0)
  const { run, busy, error } = useCommand<{ content: Content; revision: number }, Result>({
    send: async (all, key) => {
      try {
        return await props.send(all.content, { key, revision: all.revision })
      } catch (failure) {
        if (isProblem(failure, 'stale_revision')) await refresh?.()
        throw failure
      }
    },
    ...(props.onDone ? { onDone: props.onDone } : {}),
  })
  const stale = seen.revision !== revision
  const changed = facts.flatMap(([label, value]) => {
    const before = seen.facts.find(([name]) => name === label)?.[1]
    return before === value ? [] : [{ label, before, value }]
  })
  const problem = error instanceof Problem && !(stale && error.code === 'stale_revision') ? error : null
  const shown = error !== null && !(error instanceof Problem && stale && error.code === 'stale_revision')

  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    if (missing || (stale && performance.now() - shownAt.current < readingTime)) return
    setSeen({ revision, facts })
    void run({ content, revision })
  }

  return (
    <form className={css.form} onSubmit={onSubmit} noValidate>
      {children((field) => problem?.field(field))}
      {stale && (
        <div
          role="alert"
          className={css.stale}
          ref={(node) => {
            shownAt.current = node ? performance.now() : 0
          }}
        >
          <p>{say('form.stale')}</p>
          {changed.length > 0 && (
            <dl>
              {changed.map(({ label, before, value }) => (
                <div key={label}>
                  <dt>{label}</dt>
                  <dd>
                    {before !== undefined && <del>{before}</del>} <ins>{value}</ins>
                  </dd>
                </div>
              ))}
            </dl>
          )}
        </div>
      )}
      {shown && (
        <p role="alert" className={css.error}>
          {errorText(error)}
        </p>
      )}
      {tried && missing && (
        <p role="alert" className={css.missing}>
          {missing}
        </p>
      )}
      <div className={css.foot}>
        {onCancel && <Button onClick={onCancel}>{cancel ?? say('cancel')}</Button>}
        <Button type="primary" htmlType="submit" danger={danger} loading={busy}>
          {stale ? say('form.submitAgain') : submit}
        </Button>
      </div>
    </form>
  )
}
