import { Button } from 'antd'
import { useState } from 'react'
import { useMe } from '@/app/session'
import { Dialog } from '@/shared/Dialog'
import { formatMoney } from '@/shared/money'
import { formatWhole } from '@/shared/time'
import { useWords } from '@/shared/words'
import { Facts } from '@/ui/Facts'
import { Failure } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { Section } from '@/ui/Page'
import { SidePanel } from '@/ui/SidePanel'
import { useCommand } from '@/ui/useCommand'
import { Wrong } from '@/ui/Wrong'
import {
  type Colleague,
  deactivate,
  inviteAgain,
  type MadeLink,
  reactivate,
  recover,
  resetFactors,
  signOut,
  useColleague,
  useRefreshPeople,
  useTeams,
} from '../api/people'
import { useText } from '../messages'
import css from './people.module.css'
import { RightsForm } from './RightsForm'
import { Status } from './Status'

interface Props {
  id: string
  onClose: () => void
  onLink: (link: MadeLink) => void
}

/** One person who works: what they may do, and what can be done about them. */
export function PersonPanel({ id, onClose, onLink }: Props) {
  const say = useText()
  const { data, error, refetch } = useColleague(id)
  const name = data ? (data.name ?? data.login ?? data.id) : id
  return (
    <SidePanel title={name} label={say('person', { name })} onClose={onClose}>
      {!data && (error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={6} />)}
      {data && <Person one={data} name={name} onLink={onLink} />}
    </SidePanel>
  )
}

function Person({ one, name, onLink }: { one: Colleague; name: string; onLink: (link: MadeLink) => void }) {
  const say = useText()
  const word = useWords()
  const me = useMe()
  const teams = useTeams()
  const [editing, setEditing] = useState(false)
  const mine = one.id === me.id
  const operator = me.role === 'operator'
  return (
    <>
      <Section
        title={say('standing')}
        actions={
          operator &&
          !mine &&
          !editing && (
            <Button size="small" onClick={() => setEditing(true)}>
              {say('rights.do')}
            </Button>
          )
        }
      >
        <Facts
          lines={[
            [say('column.status'), <Status key="s" one={one} />],
            [say('column.role'), one.owner ? `${word('role', one.role)} · ${say('owner')}` : word('role', one.role)],
            [say('shop'), one.merchant_id],
            [say('team'), one.team_id && (teams.data?.find((team) => team.id === one.team_id)?.name ?? one.team_id)],
            [say('limit'), one.limit && <span className="figures">{formatMoney(one.limit)}</span>],
            [say('login'), one.login],
            [say('column.factor'), one.status !== 'invited' && say(one.second_factor ? 'factor.set' : 'factor.unset')],
            [say('column.since'), formatWhole(one.created_at)],
            [say('id'), one.id],
          ]}
        />
      </Section>
      {editing && <RightsForm one={one} onDone={() => setEditing(false)} />}
      {mine && operator && <p className={css.note}>{say('ownRights')}</p>}
      {operator && !mine && <Access one={one} name={name} onLink={onLink} />}
    </>
  )
}

/** Links, sessions, and whether somebody may come in at all. */
function Access({ one, name, onLink }: { one: Colleague; name: string; onLink: (link: MadeLink) => void }) {
  const say = useText()
  const refresh = useRefreshPeople()
  const [sure, setSure] = useState(false)
  const [ended, setEnded] = useState<number | null>(null)
  const facts = [[say('column.name'), name] as const]
  const again = useCommand({
    send: (_: string, key) => inviteAgain(one.id, key, { title: say('again.about'), facts }),
    onDone: onLink,
  })
  const back = useCommand({
    send: (_: string, key) => recover(one.id, key, { title: say('recover.about'), facts }),
    onDone: onLink,
  })
  const factor = useCommand({
    send: (_: string, key) => resetFactors(one.id, key, { title: say('reset.about'), facts }),
    onDone: () => void refresh(),
  })
  const out = useCommand({ send: (_: string, key) => signOut(one.id, key), onDone: setEnded })
  const off = useCommand({
    send: (_: string, key) => deactivate(one.id, key, { title: say('off.about'), facts }),
    onDone: () => {
      setSure(false)
      void refresh()
    },
  })
  const on = useCommand({
    send: (_: string, key) => reactivate(one.id, key, { title: say('reactivate.about'), facts }),
    onDone: () => void refresh(),
  })
  const error = again.error ?? back.error ?? factor.error ?? out.error ?? on.error
  const line = (
    name: string,
    text: string,
    button: string,
    command: { run: (id: string) => unknown; busy: boolean },
  ) => (
    <li className={css.action}>
      <div>
        <strong>{name}</strong>
        <p>{text}</p>
      </div>
      <Button loading={command.busy} onClick={() => void command.run(one.id)}>
        {button}
      </Button>
    </li>
  )
  return (
    <Section title={say('access')}>
      <ul>
        {one.status === 'invited' && line(say('again.title'), say('again.text'), say('again.do'), again)}
        {one.status === 'active' && line(say('recover.title'), say('recover.text'), say('recover.do'), back)}
        {one.status === 'active' &&
          one.second_factor &&
          line(say('reset.title'), say('reset.text'), say('reset.do'), factor)}
        {one.status === 'active' && line(say('out.title'), say('out.text'), say('out.do'), out)}
        {one.status === 'inactive' && line(say('reactivate.title'), say('reactivate.text'), say('reactivate.do'), on)}
        {one.status !== 'inactive' && (
          <li className={css.action}>
            <div>
              <strong>{say('off.title')}</strong>
              <p>{say('off.text')}</p>
            </div>
            <Button danger onClick={() => setSure(true)}>
              {say('off.do')}
            </Button>
          </li>
        )}
      </ul>
      {ended !== null && (
        <p role="status" className={css.done}>
          {say('out.done', { count: ended })}
        </p>
      )}
      <Wrong error={error} />
      {sure && (
        <Dialog
          title={say('off.ask', { name })}
          onClose={() => setSure(false)}
          closeLabel={say('cancel')}
          footer={
            <>
              <Button onClick={() => setSure(false)}>{say('cancel')}</Button>
              <Button danger type="primary" loading={off.busy} onClick={() => void off.run(one.id)}>
                {say('off.do')}
              </Button>
            </>
          }
        >
          <p>{say('off.means')}</p>
          <Wrong error={off.error} />
        </Dialog>
      )}
    </Section>
  )
}
