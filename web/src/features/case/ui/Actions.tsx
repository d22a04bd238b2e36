import { Suspense, useEffect, useRef, useState } from 'react'
import { useKey } from '@/app/keys'
import { ActionButton } from '@/ui/ActionButton'
import { Loading } from '@/ui/Loading'
import type { Case } from '../api/case'
import { type Forms, forms as ownForms } from '../forms'
import { useText } from '../messages'
import { arranged, isMain } from '../model/actions'
import css from './case.module.css'

interface Props {
  one: Case
  more?: Forms | undefined
  begin?: string | undefined
  without?: readonly string[]
}

/** What the reader can do now. A form opens below the buttons and stays through whatever happens to the case meanwhile. */
export function Actions({ one, more, begin, without = [] }: Props) {
  const say = useText()
  const [open, setOpen] = useState<string | undefined>(begin)
  const forms: Forms = { ...ownForms, ...more }
  const shown = arranged(one.actions, (name) => name in forms && !without.includes(name))
  const now = shown.filter(({ enabled }) => enabled)
  const later = shown.filter(({ enabled }) => !enabled)
  const main = shown.find(isMain)
  useKey('a', say('keys.act'), () => setOpen((before) => before ?? main?.name), {
    group: say('keys.group'),
    when: main !== undefined,
  })
  // An action that the case no longer offers keeps its form: what was typed is not lost, and the server says why not.
  const action = one.actions.find(({ name }) => name === open)
  const Form = open === undefined ? undefined : forms[open]
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (open === undefined || open === begin) return
    place.current?.scrollIntoView({ block: 'nearest' })
    place.current?.querySelector<HTMLElement>('input, textarea, select')?.focus({ preventScroll: true })
  }, [open, begin])
  if (shown.length === 0 && !Form) return null
  return (
    <section className={css.actions} aria-label={say('actions.title')}>
      <div className={css.buttons}>
        {now.map((each) => (
          <ActionButton
            key={each.name}
            action={each}
            type={each === main ? 'primary' : 'default'}
            onClick={() => setOpen(each.name === open ? undefined : each.name)}
          />
        ))}
      </div>
      {later.length > 0 && !Form && (
        <details className={css.later}>
          <summary>{say('actions.later', { count: later.length })}</summary>
          <dl>
            {later.map((each) => (
              <div key={each.name}>
                <dt>{each.label}</dt>
                <dd>{each.why_text}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
      {Form && open && (
        <div className={css.form} ref={place}>
          <h2>{action?.label ?? ''}</h2>
          <Suspense fallback={<Loading rows={3} />}>
            <Form
              key={open}
              one={one}
              action={action ?? { name: open, enabled: false, label: say('actions.send') }}
              onDone={() => setOpen(undefined)}
              onCancel={() => setOpen(undefined)}
            />
          </Suspense>
        </div>
      )}
    </section>
  )
}
