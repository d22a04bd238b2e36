import { Input, Select } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { isProblem, type Schemas } from '@/shared/api'
import { Failure } from '@/ui/Failure'
import { Field } from '@/ui/Field'
import { FormFoot } from '@/ui/FormFoot'
import form from '@/ui/form.module.css'
import { Section } from '@/ui/Page'
import { SidePanel } from '@/ui/SidePanel'
import { useCommand } from '@/ui/useCommand'
import { createToken, type MadeToken, useScopes } from '../api/tokens'
import { useText } from '../messages'
import { useNames } from './names'

const lives = [7, 30, 90, 180, 366]

/** Makes a key: what it is for, what it may do, how long. */
export function NewToken({ onClose, onMade }: { onClose: () => void; onMade: (made: MadeToken) => void }) {
  const say = useText()
  const named = useNames()
  const scopes = useScopes(true)
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [days, setDays] = useState(90)
  const [tried, setTried] = useState(false)
  const { run, busy, error } = useCommand({
    send: (body: Schemas['NewKey'], key) =>
      createToken(body, key, {
        title: say('tokens.createAbout'),
        facts: [
          [say('tokens.name'), body.name],
          [say('tokens.what'), body.scopes.join(', ')],
          [say('tokens.life'), say('tokens.days', { count: days })],
        ],
      }),
    onDone: onMade,
  })
  const wrong = (field: string) => (isProblem(error) ? error.field(field) : undefined)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    if (name.trim() && chosen.length > 0) void run({ name: name.trim(), scopes: [...chosen].sort(), days })
  }
  return (
    <SidePanel title={say('tokens.create')} label={say('tokens.create')} onClose={onClose}>
      <Section title={say('tokens.create')} text={say('tokens.text')}>
        <form className={form.form} onSubmit={submit} noValidate>
          <Field
            label={say('tokens.name')}
            hint={say('tokens.nameHint')}
            error={tried && !name.trim() ? say('tokens.noName') : wrong('name')}
          >
            {(control) => (
              <Input
                {...control}
                autoFocus
                maxLength={100}
                autoComplete="off"
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          {scopes.isError && <Failure error={scopes.error} retry={() => void scopes.refetch()} />}
          <Field
            label={say('tokens.what')}
            hint={say('tokens.whatHint')}
            error={tried && chosen.length === 0 ? say('tokens.noScope') : wrong('scopes')}
          >
            {(control) => (
              <Select
                {...control}
                mode="multiple"
                loading={scopes.isPending}
                value={[...chosen]}
                onChange={setChosen}
                showSearch={{ optionFilterProp: 'label' }}
                options={(scopes.data ?? []).map((one) => ({
                  value: one.action,
                  label: `${named.area(one.action.split('.', 1)[0] ?? '')} · ${one.action}`,
                  title: one.summary,
                }))}
              />
            )}
          </Field>
          <Field label={say('tokens.life')} error={wrong('days')}>
            {(control) => (
              <Select
                {...control}
                value={days}
                onChange={setDays}
                options={lives.map((n) => ({ value: n, label: say('tokens.days', { count: n }) }))}
              />
            )}
          </Field>
          <FormFoot error={error} busy={busy} submit={say('tokens.create')} onCancel={onClose} />
        </form>
      </Section>
    </SidePanel>
  )
}
