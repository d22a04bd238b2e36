import { Checkbox, Input } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { isProblem } from '@/shared/api'
import { Field } from '@/ui/Field'
import form from '@/ui/form.module.css'
import { FormFoot } from '@/ui/FormFoot'
import { Page, Section } from '@/ui/Page'
import { useCommand } from '@/ui/useCommand'
import { type MadeLink, recoverCustomer } from '../api/people'
import { useText } from '../messages'
import { LinkDialog } from './LinkDialog'
import { PeopleTabs } from './PeopleTabs'

/** Helps a customer back in who lost the password: a link for them alone, after somebody made sure who they are. */
export default function CustomerAccessPage() {
  const say = useText()
  const [customer, setCustomer] = useState('')
  const [sure, setSure] = useState(false)
  const [tried, setTried] = useState(false)
  const [link, setLink] = useState<MadeLink | null>(null)
  const { run, busy, error } = useCommand({
    send: (id: string, key) =>
      recoverCustomer(id, key, { title: say('customer.about'), facts: [[say('customer.number'), id]] }),
    onDone: (made) => {
      setLink(made)
      setSure(false)
      setTried(false)
    },
  })
  const id = customer.trim()
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    if (id && sure) void run(id)
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
          <Checkbox checked={sure} onChange={(event) => setSure(event.target.checked)}>
            {say('customer.sure')}
          </Checkbox>
          <FormFoot
            error={error}
            busy={busy}
            missing={tried && !sure && say('customer.notSure')}
            submit={say('customer.do')}
          />
        </form>
      </Section>
      {link && <LinkDialog link={link} name={id} onClose={() => setLink(null)} />}
    </Page>
  )
}
