import { Input } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { isProblem } from '@/shared/api'
import { useWords } from '@/shared/words'
import { Field } from '@/ui/Field'
import { FormFoot } from '@/ui/FormFoot'
import form from '@/ui/form.module.css'
import { Section } from '@/ui/Page'
import { SidePanel } from '@/ui/SidePanel'
import { useCommand } from '@/ui/useCommand'
import { invite, type MadeLink, useRefreshPeople } from '../api/people'
import { useText } from '../messages'
import { fresh, inviteeOf, missingOf } from '../model/rights'
import { RightsFields } from './RightsFields'

/** Invites somebody: who, as what, for which team or shop, up to which limit. */
export function InviteForm({ onClose, onLink }: { onClose: () => void; onLink: (link: MadeLink) => void }) {
  const say = useText()
  const word = useWords()
  const refresh = useRefreshPeople()
  const [draft, setDraft] = useState(fresh)
  const [tried, setTried] = useState(false)
  const missing = tried ? missingOf(draft, true) : []
  const { run, busy, error } = useCommand({
    send: (body: ReturnType<typeof inviteeOf>, key) =>
      invite(body, key, {
        title: say('invite.about'),
        facts: [
          [say('column.name'), body.name],
          [say('column.role'), word('role', body.role)],
          ...(draft.limit && body.limit ? [[say('limit'), `¥${draft.limit}`] as const] : []),
        ],
      }),
    onDone: (link) => {
      void refresh()
      onLink(link)
    },
  })
  const wrong = (field: string) => (isProblem(error) ? error.field(field) : undefined)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    if (missingOf(draft, true).length === 0) void run(inviteeOf(draft))
  }
  return (
    <SidePanel title={say('invite.do')} label={say('invite.do')} onClose={onClose}>
      <Section title={say('invite.about')} text={say('invite.text')}>
        <form className={form.form} onSubmit={submit} noValidate>
          <Field label={say('column.name')} error={missing.includes('name') ? say('missing.name') : wrong('name')}>
            {(control) => (
              <Input
                {...control}
                autoFocus
                maxLength={60}
                autoComplete="off"
                value={draft.name}
                onChange={(event) => setDraft({ ...draft, name: event.target.value })}
              />
            )}
          </Field>
          <RightsFields inviting draft={draft} onChange={setDraft} missing={missing} wrong={wrong} />
          <FormFoot error={error} busy={busy} submit={say('invite.submit')} onCancel={onClose} />
        </form>
      </Section>
    </SidePanel>
  )
}
