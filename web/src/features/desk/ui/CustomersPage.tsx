import { Link } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useMe } from '@/app/session'
import { type CaseHead, Reveal } from '@/features/case/parts'
import { api, type Schemas, take } from '@/shared/api'
import { toneOf } from '@/shared/words/tone'
import { Field } from '@/ui/Field'
import { MoneyText } from '@/ui/MoneyText'
import { Page } from '@/ui/Page'
import { StatusTag } from '@/ui/StatusTag'
import { useCommand } from '@/ui/useCommand'
import { Wrong } from '@/ui/Wrong'
import cell from '@/ui/list.module.css'
import { useText } from '../messages'
import { type Said, saidIn } from '../model/lookup'
import css from './desk.module.css'

type Found = { what: 'customers'; items: readonly Schemas['Found'][] } | { what: 'cases'; items: readonly CaseHead[] }

/** Finds a customer by what only they would say, masked; or the cases of an order by its number. */
export default function CustomersPage() {
  const say = useText()
  const [value, setValue] = useState('')
  const [found, setFound] = useState<Found | null>(null)
  const said = saidIn(value)
  const { run, busy, error } = useCommand<NonNullable<Said>, Found>({ send: lookUp, onDone: setFound })
  return (
    <Page title={say('customers.title')} narrow>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault()
          setFound(null)
          if (said) void run(said)
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
        <Wrong error={error} />
      </form>
      <div role="status">
        {found?.items.length === 0 && <p className={css.found}>{say('customers.none')}</p>}
        {found && found.items.length > 0 && (
          <ul className={css.found}>
            {found.what === 'customers'
              ? found.items.map((one) => <Customer key={one.id} one={one} />)
              : found.items.map((one) => <CaseOf key={one.id} one={one} />)}
          </ul>
        )}
      </div>
    </Page>
  )
}

async function lookUp({ what, value }: NonNullable<Said>): Promise<Found> {
  if (what === 'number') {
    const query = { number: value, limit: 20, sort: 'newest' as const }
    const { items } = await take(api.GET('/v1/cases', { params: { query } }))
    return { what: 'cases', items }
  }
  const body = what === 'mail' ? { mail: value } : { phone: value }
  const { items } = await take(api.POST('/v1/customers/lookup', { body }))
  return { what: 'customers', items }
}

function Customer({ one }: { one: Schemas['Found'] }) {
  const me = useMe()
  return (
    <li>
      <span className={cell.two}>
        <strong>
          {one.name} <span className="figures">{one.phone}</span>
        </strong>
        <small>
          <code>{one.id}</code>
        </small>
      </span>
      {(me.role === 'agent' || me.role === 'supervisor') && <Reveal what="customer" id={one.id} />}
    </li>
  )
}

function CaseOf({ one }: { one: CaseHead }) {
  const me = useMe()
  return (
    <li>
      <span className={cell.two}>
        <Link to={`/cases/${one.id}` as never}>
          {one.words.kind}
          {one.words.reason && ` · ${one.words.reason}`}
        </Link>
        <small>
          <code>{one.order_id}</code> · <code>{one.id.slice(0, 10)}</code>
        </small>
      </span>
      <StatusTag tone={toneOf(one, me.role)}>
        {one.open ? one.words.stage : (one.words.outcome ?? one.words.stage)}
      </StatusTag>
      <MoneyText value={one.open ? one.amount : one.refunded} />
    </li>
  )
}
