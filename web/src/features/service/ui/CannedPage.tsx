import { Button } from 'antd'
import { useState } from 'react'
import { useMe } from '@/app/session'
import { useView } from '@/app/view'
import { formatAgo } from '@/shared/time'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { Item, ItemList } from '@/ui/ItemList'
import { Loading } from '@/ui/Loading'
import { More } from '@/ui/More'
import { Page } from '@/ui/Page'
import { rowsOf } from '@/ui/pages'
import { Sure } from '@/ui/Sure'
import { useCommand } from '@/ui/useCommand'
import { Views } from '@/ui/Views'
import { Wrong } from '@/ui/Wrong'
import { type Canned, removeCanned, useCannedPages, useRefresh } from '../api/service'
import { useText } from '../messages'
import { CannedPanel } from './CannedPanel'
import { DeskTabs } from './Tabs'
import css from './service.module.css'

const scopes = ['every', 'own', 'team', 'all'] as const
type Shown = (typeof scopes)[number]

/** Whose replies somebody writes: their own, a supervisor the team's, an operator everybody's. */
export const writes = (role: string): readonly Canned['scope'][] =>
  role === 'supervisor' ? ['own', 'team'] : role === 'operator' ? ['own', 'all'] : ['own']

/** What is answered with again and again. */
export default function CannedPage() {
  const say = useText()
  const me = useMe()
  const [view, change] = useView('scope', 'edit')
  const shown: Shown = scopes.find((one) => one === view.scope) ?? 'every'
  const all = rowsOf(useCannedPages())
  const rows = all.rows.filter((one) => shown === 'every' || one.scope === shown)
  const edited = all.rows.find((one) => one.id === view.edit)
  const close = () => change({ edit: undefined })
  return (
    <Page
      title={say('title')}
      narrow
      actions={
        <Button type="primary" onClick={() => change({ edit: 'new' }, 'push')}>
          {say('canned.new')}
        </Button>
      }
    >
      <DeskTabs />
      <p className={css.note}>{say('canned.text')}</p>
      <Views<Shown>
        label={say('canned.scope')}
        value={shown}
        options={scopes.map((value) => ({ value, label: say(`canned.scopeOf.${value}`) }))}
        onChange={(scope) => change({ scope: scope === 'every' ? undefined : scope })}
      />
      {all.isPending && <Loading rows={4} />}
      {all.error !== null && all.rows.length === 0 && <Failure error={all.error} retry={() => void all.refetch()} />}
      {!all.isPending && !all.error && rows.length === 0 && (
        <Empty title={say('canned.none')} text={say('canned.noneText')} />
      )}
      {rows.length > 0 && (
        <ItemList>
          {rows.map((one) => (
            <Line
              key={one.id}
              one={one}
              may={writes(me.role).includes(one.scope)}
              onEdit={() => change({ edit: one.id }, 'push')}
            />
          ))}
        </ItemList>
      )}
      <More {...all} />
      {(view.edit === 'new' || edited) && (
        <CannedPanel key={view.edit} one={edited} scopes={writes(me.role)} onClose={close} />
      )}
    </Page>
  )
}

function Line({ one, may, onEdit }: { one: Canned; may: boolean; onEdit: () => void }) {
  const say = useText()
  const refresh = useRefresh('canned')
  const [sure, setSure] = useState(false)
  const { run, busy, error } = useCommand({ send: () => removeCanned(one.id), onDone: refresh })
  return (
    <Item
      name={
        <>
          <code>/{one.shortcut}</code> {one.title}
          <span className={css.scope}>{say(`canned.scopeOf.${one.scope}`)}</span>
        </>
      }
      tools={
        may && (
          <>
            <Button onClick={onEdit} aria-label={say('editNamed', { name: one.title })}>
              {say('edit')}
            </Button>
            <Button danger onClick={() => setSure(true)} aria-label={say('removeNamed', { name: one.title })}>
              {say('remove')}
            </Button>
          </>
        )
      }
      below={
        <>
          <Wrong error={error} />
          {sure && (
            <Sure
              question={say('canned.sure', { name: one.title })}
              yes={say('remove')}
              danger
              busy={busy}
              onYes={() => void run()}
              onNo={() => setSure(false)}
            />
          )}
        </>
      }
    >
      <p className={css.text}>{one.text}</p>
      <small className={css.quiet}>{say('changed', { at: formatAgo(one.updated_at) })}</small>
    </Item>
  )
}
