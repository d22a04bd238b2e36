import { Link } from '@tanstack/react-router'
import { Button, Input, Select } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { type Column, DataTable } from '@/ui/DataTable'
import { Empty } from '@/ui/Empty'
import { Failure, useErrorText } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { Page, Section } from '@/ui/Page'
import { rowsOf } from '@/ui/pages'
import { useCommand } from '@/ui/useCommand'
import { Wrong } from '@/ui/Wrong'
import {
  createTeam,
  giveShop,
  renameTeam,
  type Shop,
  type Team,
  useColleagues,
  useRefreshPeople,
  useShopPages,
  useTeams,
} from '../api/people'
import cell from '@/ui/list.module.css'
import { useText } from '../messages'
import css from './people.module.css'
import { PeopleTabs } from './PeopleTabs'

/** The teams with their supervisors, and which team looks after which shop. */
export default function TeamsPage() {
  const say = useText()
  const teams = useTeams()
  return (
    <Page title={say('title')}>
      <PeopleTabs />
      <Section title={say('teams.title')} text={say('teams.text')}>
        {!teams.data &&
          (teams.error ? <Failure error={teams.error} retry={() => void teams.refetch()} /> : <Loading rows={3} />)}
        {teams.data?.length === 0 && <Empty title={say('teams.empty')} text={say('teams.emptyText')} />}
        <ul>
          {teams.data?.map((team) => (
            <TeamLine key={team.id} team={team} />
          ))}
        </ul>
        <NameForm label={say('teams.new')} submit={say('teams.create')} send={createTeam} />
      </Section>
      <h2 className={css.heading}>{say('shops.title')}</h2>
      <p className={css.note}>{say('shops.text')}</p>
      <Shops teams={teams.data ?? []} />
    </Page>
  )
}

function TeamLine({ team }: { team: Team }) {
  const say = useText()
  const supervisors = useColleagues({ team_id: team.id, role: 'supervisor' })
  const agents = useColleagues({ team_id: team.id, role: 'agent' })
  const [renaming, setRenaming] = useState(false)
  const leads = supervisors.data?.pages.flatMap((page) => page.items).filter((one) => one.status !== 'inactive') ?? []
  const count = agents.data?.pages.flatMap((page) => page.items).filter((one) => one.status !== 'inactive').length
  return (
    <li className={css.action}>
      <div>
        <strong>{team.name}</strong>
        <p>
          {supervisors.data &&
            (leads.length > 0 ? (
              <>
                {say('teams.supervisors')}{' '}
                {leads.map((one, index) => (
                  <span key={one.id}>
                    {index > 0 && say('comma')}
                    <Link to={`/people?id=${encodeURIComponent(one.id)}` as never}>
                      {one.name ?? one.login ?? one.id}
                    </Link>
                  </span>
                ))}
              </>
            ) : (
              <span className={css.lacks}>{say('teams.noSupervisor')}</span>
            ))}
          {count !== undefined && (
            <>
              {' · '}
              <Link to={`/people?team=${encodeURIComponent(team.id)}` as never}>
                {say(agents.hasNextPage ? 'teams.manyAgents' : 'teams.agents', { count })}
              </Link>
            </>
          )}
        </p>
        {renaming && (
          <NameForm
            label={say('teams.rename')}
            submit={say('teams.save')}
            name={team.name}
            send={(name, key) => renameTeam(team.id, name, key)}
            onDone={() => setRenaming(false)}
          />
        )}
      </div>
      <Button size="small" aria-expanded={renaming} onClick={() => setRenaming(!renaming)}>
        {say(renaming ? 'cancel' : 'teams.rename')}
      </Button>
    </li>
  )
}

function NameForm(props: {
  label: string
  submit: string
  name?: string
  send: (name: string, key: string) => Promise<Team>
  onDone?: () => void
}) {
  const refresh = useRefreshPeople()
  const [name, setName] = useState(props.name ?? '')
  const { run, busy, error, clear } = useCommand({
    send: props.send,
    onDone: () => {
      setName('')
      void refresh()
      props.onDone?.()
    },
  })
  return (
    <form
      className={css.inline}
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault()
        if (name.trim()) void run(name.trim())
      }}
    >
      <Input
        aria-label={props.label}
        placeholder={props.label}
        maxLength={60}
        autoComplete="off"
        value={name}
        onChange={(event) => {
          setName(event.target.value)
          clear()
        }}
      />
      <Button htmlType="submit" loading={busy} disabled={!name.trim()}>
        {props.submit}
      </Button>
      <Wrong error={error} />
    </form>
  )
}

function Shops({ teams }: { teams: readonly Team[] }) {
  const say = useText()
  const rows = rowsOf(useShopPages())
  const columns: Column<Shop>[] = [
    {
      key: 'shop',
      title: say('shop'),
      width: 'minmax(180px, 1.4fr)',
      cell: (row) => (
        <span className={cell.two}>
          <span>{row.name}</span>
          <small>{row.id}</small>
        </span>
      ),
    },
    {
      key: 'level',
      title: say('shops.level'),
      width: 'minmax(110px, 0.6fr)',
      cell: (row) => <Level shop={row} />,
    },
    {
      key: 'team',
      title: say('shops.team'),
      width: 'minmax(220px, 1.2fr)',
      cell: (row) => <Keeper shop={row} teams={teams} />,
    },
  ]
  return (
    <DataTable
      {...rows}
      label={say('shops.title')}
      columns={columns}
      keyOf={(row) => row.id}
      empty={<Empty title={say('shops.empty')} text={say('shops.emptyText')} />}
      card={(row) => (
        <span className={cell.card}>
          <div>
            <strong>{row.name}</strong>
            <Level shop={row} />
          </div>
          <Keeper shop={row} teams={teams} />
        </span>
      )}
    />
  )
}

function Level({ shop }: { shop: Shop }) {
  const say = useText()
  const key = `shops.levels.${shop.level}`
  const found = say(key as never)
  return <span className={cell.quiet}>{found === key ? shop.level : found}</span>
}

function Keeper({ shop, teams }: { shop: Shop; teams: readonly Team[] }) {
  const say = useText()
  const errorText = useErrorText()
  const refresh = useRefreshPeople()
  const { run, busy, error } = useCommand({
    send: (team: string, key) =>
      giveShop(shop.id, team, key, {
        title: say('shops.about'),
        facts: [
          [say('shop'), shop.name],
          [say('shops.team'), teams.find((one) => one.id === team)?.name ?? say('shops.nobody')],
        ],
      }),
    onDone: () => void refresh(),
  })
  return (
    <span className={css.keeper}>
      <Select
        aria-label={say('shops.teamOf', { name: shop.name })}
        loading={busy}
        disabled={busy}
        value={shop.team_id ?? ''}
        onChange={(team) => void run(team)}
        options={[
          { value: '', label: say('shops.nobody') },
          ...teams.map((team) => ({ value: team.id, label: team.name })),
        ]}
      />
      {error !== null && (
        <small role="alert" className={css.wrong}>
          {errorText(error)}
        </small>
      )}
    </span>
  )
}
