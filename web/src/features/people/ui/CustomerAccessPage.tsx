import { Checkbox, Input } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { ChoiceField } from '@/features/case/parts'
import { isProblem } from '@/shared/api'
import { Field } from '@/ui/Field'
import form from '@/ui/form.module.css'
import { FormFoot } from '@/ui/FormFoot'
import { Page, Section } from '@/ui/Page'
import { useCommand } from '@/ui/useCommand'
import { type MadeLink, recoverCustomer, resetCustomersFactors } from '../api/people'
import { useText } from '../messages'
import css from './people.module.css'
import { LinkDialog } from './LinkDialog'
import { PeopleTabs } from './PeopleTabs'

/** Helps a customer back in who lost the password: a link for them alone, after somebody made sure who they are. */
export default function CustomerAccessPage() {
  const say = useText()
  const [customer, setCustomer] = useState('')
  const [sure, setSure] = useState(false)
  const [tried, setTried] = useState(false)
  const [link, setLink] = useState<MadeLink | null>(null)
  const [what, setWhat] = useState<'password' | 'factor'>('password')
  const [done, setDone] = useState(false)
  const { run, busy, error } = useCommand<{ id: string; what: 'password' | 'factor' }, MadeLink | null>({
    send: async (asked, key) => {
      const facts = [[say('customer.number'), asked.id]] as const
      if (asked.what === 'password') return recoverCustomer(asked.id, key, { title: say('customer.about'), facts })
      await resetCustomersFactors(asked.id, key, { title: say('customer.resetAbout'), facts })
      return null
    },
    onDone: (made) => {
      setLink(made)
      setDone(made === null)
      setSure(false)
      setTried(false)
    },
  })
  const id = customer.trim()
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    setDone(false)
    if (id && sure) void run({ id, what })
  }
  return (
    <Page title={say('title')} narrow>
      <PeopleTabs />
      <Section title={say('customer.title')} text={say('customer.text')}>
        <form className={form.form} onSubmit={submit} noValidate>
          <Field
            label={say('customer.number')}
            hint={say('customer.numberHint')}
            error={tried && !id ? say('customer.noNumber') : isProblem(error) ? error.field('id') : undefined}
          >
            {(control) => (
              <Input
                {...control}
                autoFocus
                maxLength={40}
                autoComplete="off"
                spellCheck={false}
                value={customer}
                onChange={(event) => setCustomer(event.target.value)}
              />
            )}
          </Field>
          <ChoiceField
            label={say('customer.what')}
            value={what}
            onChange={setWhat}
            options={[
              { value: 'password', label: say('customer.password'), hint: say('customer.passwordHint') },
              { value: 'factor', label: say('customer.factor'), hint: say('customer.factorHint') },
            ]}
          />
          <Checkbox checked={sure} onChange={(event) => setSure(event.target.checked)}>
            {say('customer.sure')}
          </Checkbox>
          <FormFoot
            error={error}
            busy={busy}
            missing={tried && !sure && say('customer.notSure')}
            submit={say(what === 'password' ? 'customer.do' : 'customer.resetDo')}
          />
          {done && (
            <p role="status" className={css.done}>
              {say('customer.resetDone')}
            </p>
          )}
        </form>
      </Section>
      {link && <LinkDialog link={link} name={id} onClose={() => setLink(null)} />}
    </Page>
  )
}
