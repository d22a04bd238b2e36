import { Button, Input } from 'antd'
import { useEffect, useState } from 'react'
import { useMe } from '@/app/session'
import { useView } from '@/app/view'
import { formatMoney } from '@/shared/money'
import { formatAgo } from '@/shared/time'
import { useWords } from '@/shared/words'
import { type Column, DataTable } from '@/ui/DataTable'
import { Empty } from '@/ui/Empty'
import { Page } from '@/ui/Page'
import { PageTabs } from '@/ui/PageTabs'
import { rowsOf } from '@/ui/pages'
import { Pick } from '@/ui/Pick'
import { type Colleague, type Filters, type MadeLink, useColleagues, useTeams } from '../api/people'
import { useText } from '../messages'
import { meant, roles } from '../model/rights'
import { InviteForm } from './InviteForm'
import { LinkDialog } from './LinkDialog'
import css from './people.module.css'
import { PersonPanel } from './PersonPanel'
import { Status } from './Status'

const statuses = ['active', 'invited', 'inactive'] as const

/** Those who work: for operators all of them, for supervisors their team. */
export default function PeoplePage() {
  const say = useText()
  const word = useWords()
  const me = useMe()
  const [view, change] = useView('q', 'role', 'status', 'team', 'id', 'invite')
  const role = roles.find((one) => one === view.role)
  const status = statuses.find((one) => one === view.status)
  const filters: Filters = {
    ...(role ? { role } : {}),
    ...(status ? { status } : {}),
    ...(view.team ? { team_id: view.team } : {}),
  }
  const query = useColleagues(filters)
  const teams = useTeams()
  const [link, setLink] = useState<MadeLink | null>(null)
  const all = rowsOf(query)
  // Names are sealed, so the server cannot search for them: all pages are fetched, and searched here.
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query
  useEffect(() => {
    if (view.q && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [view.q, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])
  const rows = view.q ? { ...all, rows: all.rows.filter((one) => meant(one, view.q ?? '')) } : all
  const teamName = (id: string | undefined) => teams.data?.find((team) => team.id === id)?.name ?? id ?? ''
  const operator = me.role === 'operator'
  const columns: Column<Colleague>[] = [
    {
      key: 'name',
      title: say('column.name'),
      width: 'minmax(180px, 1.6fr)',
      cell: (row) => (
        <span className={css.two}>
          <span>
            {row.name ?? row.login ?? row.id}
            {row.id === me.id && <span className={css.you}>{say('you')}</span>}
          </span>
          <small>{row.login ?? say('notJoined')}</small>
        </span>
      ),
    },
    {
      key: 'role',
      title: say('column.role'),
      width: 'minmax(110px, 0.8fr)',
      cell: (row) => (row.owner ? `${word('role', row.role)} · ${say('owner')}` : word('role', row.role)),
    },
    {
      key: 'team',
      title: say('column.team'),
      width: 'minmax(130px, 1.1fr)',
      cell: (row) => <span className={css.quiet}>{row.merchant_id ?? teamName(row.team_id)}</span>,
    },
    {
      key: 'limit',
      title: say('column.limit'),
      width: '130px',
      align: 'end',
      cell: (row) => row.limit && <span className="figures">{formatMoney(row.limit)}</span>,
    },
    {
      key: 'factor',
      title: say('column.factor'),
      width: 'minmax(90px, 0.6fr)',
      cell: (row) => (
        <span className={css.quiet}>
          {row.status === 'invited' ? '' : say(row.second_factor ? 'factor.yes' : 'factor.no')}
        </span>
      ),
    },
    { key: 'status', title: say('column.status'), width: 'minmax(100px, 0.7fr)', cell: (row) => <Status one={row} /> },
    {
      key: 'since',
      title: say('column.since'),
      width: 'minmax(90px, 0.6fr)',
      cell: (row) => <span className={css.quiet}>{formatAgo(row.created_at)}</span>,
    },
  ]
  const filtered = view.q ?? view.role ?? view.status ?? view.team
  return (
    <>
      <Page
        title={say('title')}
        actions={
          operator && (
            <Button type="primary" onClick={() => change({ invite: '1', id: undefined }, 'push')}>
              {say('invite.do')}
            </Button>
          )
        }
        bar={
          <>
            {operator && (
              <div className={css.tabs}>
                <PageTabs
                  label={say('title')}
                  tabs={[
                    ['/people', say('title')],
                    ['/teams', say('teams.title')],
                  ]}
                />
              </div>
            )}
            <Input
              className={css.search ?? ''}
              allowClear
              aria-label={say('search')}
              placeholder={say('search')}
              value={view.q ?? ''}
              onChange={(event) => change({ q: event.target.value })}
            />
            {operator && (
              <Pick
                className={css.filter}
                label={say('column.role')}
                value={view.role}
                options={roles.map((one) => [one, word('role', one)])}
                onChange={(value) => change({ role: value })}
              />
            )}
            <Pick
              className={css.filter}
              label={say('column.status')}
              value={view.status}
              options={statuses.map((one) => [one, say(`status.${one}`)])}
              onChange={(value) => change({ status: value })}
            />
            {operator && (
              <Pick
                className={css.filter}
                search
                label={say('team')}
                value={view.team}
                options={(teams.data ?? []).map((team) => [team.id, team.name])}
                onChange={(value) => change({ team: value })}
              />
            )}
            {filtered && (
              <Button
                type="link"
                onClick={() => change({ q: undefined, role: undefined, status: undefined, team: undefined })}
              >
                {say('clear')}
              </Button>
            )}
          </>
        }
      >
        <DataTable
          {...rows}
          label={say('title')}
          columns={columns}
          keyOf={(row) => row.id}
          chosen={view.id}
          onChoose={(row) => change({ id: row.id, invite: undefined }, view.id ? 'replace' : 'push')}
          dim={(row) => row.status === 'inactive'}
          empty={<Empty title={say('empty')} text={say('emptyText')} />}
          card={(row) => (
            <span className={css.card}>
              <div>
                <strong>{row.name ?? row.login ?? row.id}</strong>
                <Status one={row} />
              </div>
              <div>
                <small className={css.quiet}>
                  {word('role', row.role)}
                  {(row.merchant_id ?? row.team_id) && ` · ${row.merchant_id ?? teamName(row.team_id)}`}
                </small>
                {row.limit && <small className={`${css.quiet} figures`}>{formatMoney(row.limit)}</small>}
              </div>
            </span>
          )}
        />
      </Page>
      {view.id && <PersonPanel key={view.id} id={view.id} onClose={() => change({ id: undefined })} onLink={setLink} />}
      {view.invite && operator && (
        <InviteForm
          onClose={() => change({ invite: undefined })}
          onLink={(made) => {
            setLink(made)
            change({ invite: undefined, id: made.person?.id })
          }}
        />
      )}
      {link && <LinkDialog link={link} onClose={() => setLink(null)} />}
    </>
  )
}
