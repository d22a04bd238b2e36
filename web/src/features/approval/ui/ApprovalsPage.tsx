import { Link, useNavigate } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useKey } from '@/app/keys'
import { useView } from '@/app/view'
import { caseQuery, DecideForm, ProposalDiff, useRefresh, CaseView, type Case } from '@/features/case/parts'
import type { Schemas } from '@/shared/api'
import { Countdown } from '@/ui/Countdown'
import { Empty } from '@/ui/Empty'
import { Failure } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { MoneyText } from '@/ui/MoneyText'
import { Page } from '@/ui/Page'
import { rowsOf } from '@/ui/pages'
import { StatusTag } from '@/ui/StatusTag'
import { useLive } from '@/realtime'
import { useApprovals } from '../api/approvals'
import { useText } from '../messages'
import css from './approvals.module.css'

type Approval = Schemas['Approval']

/** The queue at the left, what falls due first at its top; the proposal with all that it rests on beside it. */
export default function ApprovalsPage() {
  const say = useText()
  const navigate = useNavigate()
  const [view, change] = useView('id')
  const table = rowsOf(useApprovals())
  const { rows } = table
  const at = rows.findIndex((row) => row.id === view.id)
  // Without a choice the first is shown, so that one can begin at once.
  const shown = rows[at] ?? (view.id ? undefined : rows[0])
  const group = say('keys.group')
  const choose = (row: Approval | undefined) => row && change({ id: row.id })
  const here = shown ? rows.indexOf(shown) : -1
  useKey('j', say('keys.down'), () => choose(rows[here + 1]), { group })
  useKey('k', say('keys.up'), () => choose(rows[Math.max(0, here - 1)]), { group })
  const open = () => shown && void navigate({ to: `/cases/${shown.case_id}` } as never)
  useKey('o', say('keys.open'), () => open(), { group })
  useLive(['desk'])

  return (
    <Page
      title={say('title')}
      about={rows.length > 0 ? <span className="figures">{say('waiting', { count: rows.length })}</span> : undefined}
    >
      {table.isPending ? (
        <Loading />
      ) : table.error && rows.length === 0 ? (
        <Failure error={table.error} retry={() => void table.refetch()} />
      ) : rows.length === 0 && !view.id ? (
        <Empty title={say('empty')} text={say('emptyText')} />
      ) : (
        <div className={css.split} data-chosen={view.id ? true : undefined}>
          <nav aria-label={say('list')}>
            <ol className={css.queue}>
              {rows.map((row) => (
                <li key={row.id}>
                  <button
                    type="button"
                    className={css.item}
                    aria-current={row === shown || undefined}
                    onClick={() => choose(row)}
                  >
                    <span className={css.line}>
                      <MoneyText value={row.amount} size="l" />
                      <Countdown dueAt={row.due_at} since={row.at} />
                    </span>
                    <span className={css.line}>
                      <span>
                        {row.case?.words.kind}
                        {row.case?.words.reason && ` · ${row.case.words.reason}`}
                      </span>
                      <span className="figures">{say('votes', { given: row.votes.length, needed: row.needed })}</span>
                    </span>
                    <span className={css.line}>
                      <span title={row.rule}>{row.rule_text}</span>
                      {row.level > 0 && <StatusTag tone="bad">{say('escalated')}</StatusTag>}
                    </span>
                  </button>
                </li>
              ))}
            </ol>
            {table.hasNextPage && <Button onClick={() => void table.fetchNextPage()}>…</Button>}
          </nav>
          <section className={css.detail} aria-label={say('title')}>
            {shown ? <Proposal key={shown.id} approval={shown} /> : <Empty title={say('decided')} text={say('pick')} />}
          </section>
        </div>
      )}
    </Page>
  )
}

function Proposal({ approval }: { approval: Approval }) {
  const { data, error, refetch } = useQuery(caseQuery(approval.case_id))
  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={8} />
  return <Decision one={data} approval={data.approval?.id === approval.id ? data.approval : approval} />
}

function Decision({ one, approval }: { one: Case; approval: Approval }) {
  const say = useText()
  const refresh = useRefresh(one)
  const [verdict, setVerdict] = useState<'approve' | 'reject' | null>(null)
  const group = say('keys.group')
  const action = one.actions.find(({ name }) => name === 'decide')
  const may = action?.enabled === true
  useKey('a', say('keys.approve'), () => setVerdict((now) => now ?? 'approve'), { group, when: may })
  useKey('r', say('keys.reject'), () => setVerdict((now) => now ?? 'reject'), { group, when: may })
  const form = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (verdict) form.current?.querySelector('textarea')?.focus()
  }, [verdict])
  return (
    <>
      <div className={css.panel}>
        <header className={css.head}>
          <h2>
            {one.words.kind}
            {one.words.reason && ` · ${one.words.reason}`}
          </h2>
          <Link to={`/cases/${one.id}` as never}>{say('whole')}</Link>
        </header>
        <ProposalDiff one={one} approval={approval} />
        {action && !action.enabled && <p className={css.own}>{action.why_text}</p>}
        {may && !verdict && (
          <>
            <div className={css.buttons}>
              <Button type="primary" size="large" onClick={() => setVerdict('approve')}>
                {say('approve')}
              </Button>
              <Button size="large" onClick={() => setVerdict('reject')}>
                {say('reject')}
              </Button>
            </div>
            <p className={css.hint}>{say('hint')}</p>
          </>
        )}
        {verdict && (
          <div ref={form} className={css.form}>
            <DecideForm
              one={one}
              bare
              begin={verdict}
              action={action ?? { name: 'decide', enabled: true, label: say('title') }}
              onDone={() => void refresh()}
              onCancel={() => setVerdict(null)}
            />
          </div>
        )}
      </div>
      <CaseView id={one.id} without={['decide', 'diff']} />
    </>
  )
}
