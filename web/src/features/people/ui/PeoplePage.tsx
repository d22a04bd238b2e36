import { Button, Input } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useMe } from '@/app/session'
import { useView } from '@/app/view'
import { formatMoney } from '@/shared/money'
import { formatAgo } from '@/shared/time'
import { useWords } from '@/shared/words'
import { type Column, DataTable } from '@/ui/DataTable'
import { Empty } from '@/ui/Empty'
import { Page } from '@/ui/Page'
import { rowsOf } from '@/ui/pages'
import { Pick } from '@/ui/Pick'
import cell from '@/ui/list.module.css'
import { type Colleague, type Filters, type MadeLink, useColleagues, useTeams } from '../api/people'
import { useText } from '../messages'
import { roles } from '../model/rights'
import { InviteForm } from './InviteForm'
import { LinkDialog } from './LinkDialog'
import css from './people.module.css'
import { PeopleTabs } from './PeopleTabs'
import { PersonPanel } from './PersonPanel'
import { Status } from './Status'

const statuses = ['active', 'invited', 'inactive'] as const

/** Those who work: for operators all of them, for supervisors their team. */
export default function PeoplePage() {
  const say = useText()
  const word = useWords()
  const me = useMe()
  const [view, change] = useView('q', 'role', 'status', 'team', 'shop', 'id', 'invite')
  const login = useDeferredValue(view.q)
  const shop = useDeferredValue(view.shop)
  const role = roles.find((one) => one === view.role)
  const status = statuses.find((one) => one === view.status)
  const filters: Filters = {
    ...(role ? { role } : {}),
    ...(status ? { status } : {}),
    ...(view.team ? { team_id: view.team } : {}),
    ...(shop ? { merchant_id: shop } : {}),
    ...(login ? { login } : {}),
  }
  const query = useColleagues(filters)
  const teams = useTeams()
  const [link, setLink] = useState<MadeLink | null>(null)
  const rows = rowsOf(query)
  const teamName = (id: string | undefined) => teams.data?.find((team) => team.id === id)?.name ?? id ?? ''
  const operator = me.role === 'operator'
  const columns: Column<Colleague>[] = [
    {
      key: 'name',
      title: say('column.name'),
      width: 'minmax(180px, 1.6fr)',
      cell: (row) => (
        <span className={cell.two}>
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
      cell: (row) => <span className={cell.quiet}>{row.merchant_id ?? teamName(row.team_id)}</span>,
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
        <span className={cell.quiet}>
          {row.status === 'invited' ? '' : say(row.second_factor ? 'factor.yes' : 'factor.no')}
        </span>
      ),
    },
    { key: 'status', title: say('column.status'), width: 'minmax(100px, 0.7fr)', cell: (row) => <Status one={row} /> },
    {
      key: 'since',
      title: say('column.since'),
      width: 'minmax(90px, 0.6fr)',
      cell: (row) => <span className={cell.quiet}>{formatAgo(row.created_at)}</span>,
    },
  ]
  const filtered = view.q ?? view.role ?? view.status ?? view.team ?? view.shop
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
                <PeopleTabs />
              </div>
            )}
            <Input
              className={cell.search ?? ''}
              allowClear
              aria-label={say('search')}
              placeholder={say('search')}
              value={view.q ?? ''}
              onChange={(event) => change({ q: event.target.value.trim() })}
            />
            {operator && (
              <Input
                className={cell.filter ?? ''}
                allowClear
                aria-label={say('shopNumber')}
                placeholder={say('shopNumber')}
                value={view.shop ?? ''}
                onChange={(event) => change({ shop: event.target.value.trim() })}
              />
            )}
            {operator && (
              <Pick
                className={cell.filter}
                label={say('column.role')}
                value={view.role}
                options={roles.map((one) => [one, word('role', one)])}
                onChange={(value) => change({ role: value })}
              />
            )}
            <Pick
              className={cell.filter}
              label={say('column.status')}
              value={view.status}
              options={statuses.map((one) => [one, say(`status.${one}`)])}
              onChange={(value) => change({ status: value })}
            />
            {operator && (
              <Pick
                className={cell.filter}
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
                onClick={() =>
                  change({ q: undefined, role: undefined, status: undefined, team: undefined, shop: undefined })
                }
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
            <span className={cell.card}>
              <div>
                <strong>{row.name ?? row.login ?? row.id}</strong>
                <Status one={row} />
              </div>
              <div>
                <small className={cell.quiet}>
                  {word('role', row.role)}
                  {(row.merchant_id ?? row.team_id) && ` · ${row.merchant_id ?? teamName(row.team_id)}`}
                </small>
                {row.limit && <small className={`${cell.quiet} figures`}>{formatMoney(row.limit)}</small>}
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
