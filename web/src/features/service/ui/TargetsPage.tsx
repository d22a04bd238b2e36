import { Button } from 'antd'
import { useState } from 'react'
import { useMe } from '@/app/session'
import { useView } from '@/app/view'
import { type Column, DataTable } from '@/ui/DataTable'
import { Empty } from '@/ui/Empty'
import cell from '@/ui/list.module.css'
import { Page, Section } from '@/ui/Page'
import { Sure } from '@/ui/Sure'
import { useCommand } from '@/ui/useCommand'
import { Wrong } from '@/ui/Wrong'
import { dropTarget, type Target, useRefresh, useShops, useTargets, useTeams } from '../api/service'
import { useText } from '../messages'
import { byScope, lengthOf, scopeOf } from '../model/targets'
import { DeskTabs } from './Tabs'
import { TargetPanel } from './TargetPanel'
import { TeamPick } from './TeamPick'
import css from './service.module.css'

/** How soon somebody is to be answered, and done with: what was set, and what counts where nothing was. */
export default function TargetsPage() {
  const say = useText()
  const me = useMe()
  const [view, change] = useView('team', 'edit')
  const operator = me.role === 'operator'
  const team = operator ? view.team : undefined
  const all = operator && team === undefined
  const query = useTargets(team, all)
  const targets = [...(query.data?.targets ?? [])].sort(byScope)
  const edited = targets.find((one) => scopeOf(one) === view.edit)
  return (
    <Page
      title={say('title')}
      actions={
        <Button type="primary" onClick={() => change({ edit: 'new' }, 'push')}>
          {say('targets.new')}
        </Button>
      }
    >
      <DeskTabs />
      {operator && <TeamPick value={team} none={say('targets.every')} onChange={(next) => change({ team: next })} />}
      <Section title={say('targets.title')} text={say('targets.text')}>
        <Table
          label={say('targets.title')}
          rows={targets}
          query={query}
          empty={<Empty title={say('targets.none')} text={say('targets.noneText')} />}
          onEdit={(one) => change({ edit: scopeOf(one) }, 'push')}
        />
      </Section>
      {query.data && query.data.standard.length > 0 && (
        <Section title={say('targets.standard')} text={say('targets.standardText')}>
          <Table label={say('targets.standard')} rows={query.data.standard} query={query} empty={null} />
        </Section>
      )}
      {(view.edit === 'new' || edited) && (
        <TargetPanel key={view.edit} one={edited} team={team} onClose={() => change({ edit: undefined })} />
      )}
    </Page>
  )
}

interface TableProps {
  label: string
  rows: readonly Target[]
  query: ReturnType<typeof useTargets>
  empty: React.ReactNode
  onEdit?: (one: Target) => void
}

function Table({ label, rows, query, empty, onEdit }: TableProps) {
  const say = useText()
  const scope = useScopeWords()
  const time = (seconds: number) => {
    if (seconds === 0) return <span className={cell.quiet}>{say('targets.noClock')}</span>
    const { count, unit } = lengthOf(seconds)
    return <span className="figures">{say(`unit.${unit}`, { count })}</span>
  }
  const columns: Column<Target>[] = [
    { key: 'scope', title: say('targets.scope'), width: 'minmax(160px, 2fr)', cell: scope },
    { key: 'first', title: say('targets.first'), width: 'minmax(90px, 1fr)', cell: (one) => time(one.first_seconds) },
    { key: 'next', title: say('targets.next'), width: 'minmax(90px, 1fr)', cell: (one) => time(one.next_seconds) },
    {
      key: 'resolution',
      title: say('targets.resolution'),
      width: 'minmax(90px, 1fr)',
      cell: (one) => time(one.resolution_seconds),
    },
    ...(onEdit
      ? [
          {
            key: 'tools',
            title: say('targets.tools'),
            width: 'minmax(180px, 1.4fr)',
            cell: (one: Target) => <Tools one={one} name={scope(one)} onEdit={() => onEdit(one)} />,
          },
        ]
      : []),
  ]
  return (
    <DataTable
      rows={rows}
      isPending={query.isPending}
      error={query.error}
      refetch={query.refetch}
      hasNextPage={false}
      isFetchingNextPage={false}
      fetchNextPage={() => undefined}
      label={label}
      columns={columns}
      keyOf={scopeOf}
      empty={empty}
      card={(one) => (
        <span className={cell.card}>
          <b>{scope(one)}</b>
          <span>
            {say('targets.first')} {time(one.first_seconds)}
          </span>
          <span>
            {say('targets.next')} {time(one.next_seconds)}
          </span>
          <span>
            {say('targets.resolution')} {time(one.resolution_seconds)}
          </span>
          {onEdit && <Tools one={one} name={scope(one)} onEdit={() => onEdit(one)} />}
        </span>
      )}
    />
  )
}

/** Of whom a target tells, in words. */
function useScopeWords(): (one: Target) => string {
  const say = useText()
  const shops = useShops().data ?? []
  const teams = useTeams().data ?? []
  return ({ team_id: team, merchant_id: shop, priority }) =>
    [
      shop ? (shops.find((one) => one.id === shop)?.name ?? shop) : '',
      team ? (teams.find((one) => one.id === team)?.name ?? team) : '',
      priority ? say('targets.ofPriority', { priority: say(`priority.${priority}`) }) : '',
    ]
      .filter(Boolean)
      .join(' · ') || say('targets.everything')
}

function Tools({ one, name, onEdit }: { one: Target; name: string; onEdit: () => void }) {
  const say = useText()
  const refresh = useRefresh('service-targets')
  const [sure, setSure] = useState(false)
  const { run, busy, error } = useCommand({
    send: () =>
      dropTarget({
        ...(one.team_id ? { team_id: one.team_id } : {}),
        ...(one.merchant_id ? { merchant_id: one.merchant_id } : {}),
        ...(one.priority ? { priority: one.priority } : {}),
      }),
    onDone: refresh,
  })
  if (sure)
    return (
      <Sure
        question={say('targets.sure')}
        yes={say('remove')}
        danger
        busy={busy}
        onYes={() => void run()}
        onNo={() => setSure(false)}
      />
    )
  return (
    <span className={css.tools}>
      <Button size="small" onClick={onEdit} aria-label={say('editNamed', { name })}>
        {say('edit')}
      </Button>
      <Button size="small" danger onClick={() => setSure(true)} aria-label={say('removeNamed', { name })}>
        {say('remove')}
      </Button>
      <Wrong error={error} />
    </span>
  )
}
