import { Button } from 'antd'
import { useState } from 'react'
import { useMe } from '@/app/session'
import type { Tone } from '@/shared/words/tone'
import { Empty } from '@/ui/Empty'
import { Failure, useErrorText } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { Section } from '@/ui/Page'
import { rowsOf } from '@/ui/pages'
import { StatusTag } from '@/ui/StatusTag'
import { useCommand } from '@/ui/useCommand'
import {
  type AboutStaff,
  type Colleague,
  doAbout,
  type MadeLink,
  setOwner,
  useColleagues,
  useShopRefresh,
} from '../api/shop'
import { useText } from '../messages'
import { doable, type Doing } from '../model/staff'
import { InviteDialog, LinkDialog } from './Invite'
import css from './merchant.module.css'

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
      <ul className={css.items}>
        {table.rows.map((one) => (
          <Item key={one.id} one={one} onLink={setLink} />
        ))}
      </ul>
      {table.hasNextPage && (
        <Button loading={table.isFetchingNextPage} onClick={() => void table.fetchNextPage()}>
          {say('staff.more')}
        </Button>
      )}
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

function Item({ one, onLink }: { one: Colleague; onLink: (link: MadeLink) => void }) {
  const say = useText()
  const me = useMe()
  const errorText = useErrorText()
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
    <li className={css.item}>
      <div className={css.itemWords}>
        <p className={css.itemName}>
          {one.name ?? one.login ?? one.id}
          <StatusTag tone={tones[one.status]}>{say(`staff.status.${one.status}`)}</StatusTag>
          {one.owner && (
            <StatusTag plain tone="review">
              {say('staff.owner')}
            </StatusTag>
          )}
          {one.id === me.id && <span className={css.quietText}>{say('staff.you')}</span>}
        </p>
        <p className={css.quietText}>
          {[one.login, say(one.second_factor ? 'staff.factor' : 'staff.noFactor')].filter(Boolean).join(' · ')}
        </p>
      </div>
      <div className={css.itemTools}>
        {doable(one, me.id).map((what) => (
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
      </div>
      {sure && (
        <div className={css.sure} role="group" aria-label={say(`staff.do.${sure}`)}>
          <p>{say(`staff.sure.${sure}`, { name: one.name ?? one.login ?? one.id })}</p>
          <Button type="primary" autoFocus danger={sure === 'deactivate'} loading={busy} onClick={() => void run(sure)}>
            {say(`staff.do.${sure}`)}
          </Button>
          <Button onClick={() => setSure(null)}>{say('form.cancel')}</Button>
        </div>
      )}
      {error !== null && (
        <p role="alert" className={css.wrong}>
          {errorText(error)}
        </p>
      )}
    </li>
  )
}
