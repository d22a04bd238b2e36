import { Button } from 'antd'
import { useState } from 'react'
import { useMe } from '@/app/session'
import type { Tone } from '@/shared/words/tone'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { Item, ItemList } from '@/ui/ItemList'
import { Loading } from '@/ui/Loading'
import { More } from '@/ui/More'
import { Section } from '@/ui/Page'
import { rowsOf } from '@/ui/pages'
import { StatusTag } from '@/ui/StatusTag'
import { Sure } from '@/ui/Sure'
import { useCommand } from '@/ui/useCommand'
import { Wrong } from '@/ui/Wrong'
import {
  type AboutStaff,
  type Colleague,
  doAbout,
  type MadeLink,
  setOwner,
  useColleagues,
  useShopRefresh,
} from '../api/shop'
import cell from '@/ui/list.module.css'
import { useText } from '../messages'
import { doable, type Doing } from '../model/staff'
import { InviteDialog, LinkDialog } from './Invite'

const tones: Readonly<Record<Colleague['status'], Tone>> = { invited: 'wait', active: 'good', inactive: 'quiet' }

/** The shop's people. Only its owner decides about them. */
export function Staff({ owner }: { owner: boolean }) {
  const say = useText()
  const table = rowsOf(useColleagues(owner))
  const [inviting, setInviting] = useState(false)
  const [link, setLink] = useState<MadeLink | null>(null)
  if (!owner)
    return (
      <Section title={say('staff.title')}>
        <Empty title={say('staff.ownerOnly')} text={say('staff.ownerOnlyText')} />
      </Section>
    )
  return (
    <Section
      title={say('staff.title')}
      text={say('staff.text')}
      actions={
        <Button type="primary" onClick={() => setInviting(true)}>
          {say('staff.invite')}
        </Button>
      }
    >
      {table.isPending && <Loading rows={4} />}
      {Boolean(table.error) && table.rows.length === 0 && (
        <Failure error={table.error} retry={() => void table.refetch()} />
      )}
      <ItemList>
        {table.rows.map((one) => (
          <Line key={one.id} one={one} onLink={setLink} />
        ))}
      </ItemList>
      <More {...table} />
      {inviting && (
        <InviteDialog
          onClose={() => setInviting(false)}
          onMade={(made) => {
            setInviting(false)
            setLink(made)
          }}
        />
      )}
      {link && <LinkDialog link={link} onClose={() => setLink(null)} />}
    </Section>
  )
}

function Line({ one, onLink }: { one: Colleague; onLink: (link: MadeLink) => void }) {
  const say = useText()
  const me = useMe()
  const refresh = useShopRefresh()
  const [sure, setSure] = useState<Doing | null>(null)
  const { run, busy, error } = useCommand<Doing, MadeLink | null>({
    send: async (what, key) => {
      const title = say(`staff.do.${what}`)
      if (what !== 'make-owner' && what !== 'unmake-owner') return doAbout(what satisfies AboutStaff, one, key, title)
      await setOwner(one, what === 'make-owner', key, title)
      return null
    },
    onDone: (made) => {
      setSure(null)
      void refresh()
      if (made) onLink(made)
    },
  })
  return (
    <Item
      name={
        <>
          {one.name ?? one.login ?? one.id}
          <StatusTag tone={tones[one.status]}>{say(`staff.status.${one.status}`)}</StatusTag>
          {one.owner && (
            <StatusTag plain tone="review">
              {say('staff.owner')}
            </StatusTag>
          )}
          {one.id === me.id && <span className={cell.lesser}>{say('staff.you')}</span>}
        </>
      }
      tools={doable(one, me.id).map((what) => (
        <Button
          key={what}
          size="small"
          danger={what === 'deactivate'}
          loading={busy && sure === what}
          onClick={() => setSure(what)}
        >
          {say(`staff.do.${what}`)}
        </Button>
      ))}
      below={
        <>
          {sure && (
            <Sure
              question={say(`staff.sure.${sure}`, { name: one.name ?? one.login ?? one.id })}
              yes={say(`staff.do.${sure}`)}
              danger={sure === 'deactivate'}
              busy={busy}
              onYes={() => void run(sure)}
              onNo={() => setSure(null)}
            />
          )}
          <Wrong error={error} />
        </>
      }
    >
      {[one.login, say(one.second_factor ? 'staff.factor' : 'staff.noFactor')].filter(Boolean).join(' · ')}
    </Item>
  )
}
