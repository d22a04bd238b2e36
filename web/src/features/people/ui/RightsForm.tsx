import { type SubmitEvent, useState } from 'react'
import { isProblem, type Schemas } from '@/shared/api'
import { formatMoney } from '@/shared/money'
import { useWords } from '@/shared/words'
import { FormFoot } from '@/ui/FormFoot'
import form from '@/ui/form.module.css'
import { Section } from '@/ui/Page'
import { useCommand } from '@/ui/useCommand'
import { changeRights, type Colleague, useRefreshPeople, useTeams } from '../api/people'
import { useText } from '../messages'
import { draftOf, missingOf, rightsOf } from '../model/rights'
import { RightsFields } from './RightsFields'

/** Changes what somebody may do. Only what is otherwise than before is sent; the fresh factor names it once more. */
export function RightsForm({ one, onDone }: { one: Colleague; onDone: () => void }) {
  const say = useText()
  const word = useWords()
  const refresh = useRefreshPeople()
  const teams = useTeams()
  const [draft, setDraft] = useState(() => draftOf(one))
  const [tried, setTried] = useState(false)
  const missing = tried ? missingOf(draft, false) : []
  const rights = rightsOf(one, draft)
  const teamName = (id: string) => (id ? (teams.data?.find((team) => team.id === id)?.name ?? id) : say('noTeam'))
  const { run, busy, error } = useCommand({
    send: (body: Schemas['Rights'], key) =>
      changeRights(one.id, body, key, {
        title: say('rights.about', { name: one.name ?? one.id }),
        facts: [
          ...(body.role ? [[say('column.role'), word('role', body.role)] as const] : []),
          ...(body.team_id !== undefined ? [[say('team'), teamName(body.team_id)] as const] : []),
          ...(body.limit ? [[say('limit'), formatMoney(body.limit)] as const] : []),
          ...(body.owner !== undefined ? [[say('owner'), say(body.owner ? 'yes' : 'no')] as const] : []),
        ],
      }),
    onDone: () => {
      void refresh()
      onDone()
    },
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    if (rights && missingOf(draft, false).length === 0) void run(rights)
  }
  return (
    <Section title={say('rights.do')} text={say('rights.text')}>
      <form className={form.form} onSubmit={submit} noValidate>
        <RightsFields
          draft={draft}
          onChange={setDraft}
          missing={missing}
          wrong={(field) => (isProblem(error) ? error.field(field) : undefined)}
        />
        <FormFoot
          error={error}
          busy={busy}
          missing={tried && !rights && say('rights.same')}
          submit={say('rights.submit')}
          onCancel={onDone}
        />
      </form>
    </Section>
  )
}
