import { Button, Select } from 'antd'
import { useState } from 'react'
import { api, sending, type Schemas, take } from '@/shared/api'
import { Field } from '@/ui/Field'
import { useCommand } from '@/ui/useCommand'
import { Wrong } from '@/ui/Wrong'
import { WordsField } from '../forms/fields'
import { useText } from '../messages'
import css from './case.module.css'

type Ask = Schemas['RevealRequest']

const reasons = ['contact', 'shipping', 'payment', 'identity', 'legal', 'investigation'] as const
const needWords = new Set<string>(['identity', 'legal', 'investigation'])

/** What is masked, shown to who says why and proves who they are. Each look is in the trail; nothing of it is kept here. */
export function Reveal({ what, id }: { what: 'order' | 'customer' | 'payee'; id: string }) {
  const say = useText()
  const [open, setOpen] = useState(false)
  const [reason, setReason] = useState<Ask['reason'] | undefined>()
  const [words, setWords] = useState('')
  const [shown, setShown] = useState<Schemas['Unmasked'] | null>(null)
  const { run, busy, error } = useCommand<Ask, Schemas['Unmasked']>({
    send: (body) => {
      const how = {
        params: { path: { id } },
        body,
        fetch: sending({
          about: { title: say(`reveal.${what}`), facts: [[say('reveal.reason'), say(`reveal.${body.reason}`)]] },
        }),
      }
      if (what === 'order') return take(api.POST('/v1/orders/{id}/reveal', how))
      if (what === 'customer') return take(api.POST('/v1/customers/{id}/reveal', how))
      return take(api.POST('/v1/cases/{id}/payee/reveal', how))
    },
    onDone: setShown,
  })
  if (shown)
    return (
      <div className={css.revealed}>
        <p className="figures">
          {[shown.name, shown.phone, shown.account].filter(Boolean).join(' · ')}
          {shown.street && <small>{[shown.province, shown.city, shown.street].filter(Boolean).join(' ')}</small>}
        </p>
        <Button
          size="small"
          onClick={() => {
            setShown(null)
            setOpen(false)
          }}
        >
          {say('reveal.hide')}
        </Button>
      </div>
    )
  if (!open)
    return (
      <Button size="small" onClick={() => setOpen(true)}>
        {say(`reveal.${what}`)}
      </Button>
    )
  const missing = !reason || (needWords.has(reason) && words.trim() === '')
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (reason && !missing) void run({ reason, ...(words.trim() ? { text: words.trim() } : {}) })
      }}
    >
      <Field label={say('reveal.reason')} hint={say('reveal.hint')}>
        {(control) => (
          <Select
            {...control}
            value={reason}
            placeholder={say('form.choose')}
            onChange={setReason}
            options={reasons.map((value) => ({ value, label: say(`reveal.${value}`) }))}
          />
        )}
      </Field>
      {reason && needWords.has(reason) && <WordsField label={say('form.why')} value={words} onChange={setWords} />}
      <Wrong error={error} />
      <div className={css.buttons}>
        <Button type="primary" htmlType="submit" loading={busy} disabled={missing}>
          {say('reveal.show')}
        </Button>
        <Button onClick={() => setOpen(false)}>{say('form.cancel')}</Button>
      </div>
    </form>
  )
}
