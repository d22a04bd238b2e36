import { Button, Input } from 'antd'
import { useState } from 'react'
import { useMe } from '@/app/session'
import { api, type Schemas, take } from '@/shared/api'
import { Reveal } from '@/features/case/parts'
import { useErrorText } from '@/ui/Failure'
import { Field } from '@/ui/Field'
import { Page } from '@/ui/Page'
import { useCommand } from '@/ui/useCommand'
import { useText } from '../messages'
import css from './desk.module.css'

/** Finds a customer by what only they would say. What is found is masked. */
export default function CustomersPage() {
  const say = useText()
  const me = useMe()
  const errorText = useErrorText()
  const [value, setValue] = useState('')
  const [found, setFound] = useState<readonly Schemas['Found'][] | null>(null)
  const { run, busy, error } = useCommand<string, Schemas['LookupOutput']>({
    send: (typed) =>
      take(api.POST('/v1/customers/lookup', { body: typed.includes('@') ? { mail: typed } : { phone: typed } })),
    onDone: ({ items }) => setFound(items),
  })
  return (
    <Page title={say('customers.title')} narrow>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault()
          setFound(null)
          if (value.trim()) void run(value.trim())
        }}
      >
        <div className={css.row}>
          <Field label={say('customers.value')} hint={say('customers.hint')}>
            {(control) => (
              <Input
                {...control}
                autoFocus
                autoComplete="off"
                value={value}
                onChange={(event) => setValue(event.target.value)}
              />
            )}
          </Field>
          <Button type="primary" htmlType="submit" loading={busy}>
            {say('customers.find')}
          </Button>
        </div>
        {error !== null && (
          <p role="alert" className={css.wrong}>
            {errorText(error)}
          </p>
        )}
      </form>
      <div role="status">
        {found?.length === 0 && <p className={css.found}>{say('customers.none')}</p>}
        <ul className={css.found}>
          {found?.map((one) => (
            <li key={one.id}>
              <span className={css.two}>
                <strong>
                  {one.name} <span className="figures">{one.phone}</span>
                </strong>
                <small>
                  <code>{one.id}</code>
                </small>
              </span>
              {(me.role === 'agent' || me.role === 'supervisor') && <Reveal what="customer" id={one.id} />}
            </li>
          ))}
        </ul>
      </div>
    </Page>
  )
}
