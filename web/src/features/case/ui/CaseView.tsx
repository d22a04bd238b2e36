import { useQuery } from '@tanstack/react-query'
import { useMe } from '@/app/session'
import { useLiveCase } from '@/realtime'
import { toneOf } from '@/shared/words/tone'
import { Failure } from '@/ui/Failure'
import { Loading } from '@/ui/Loading'
import { MoneyText } from '@/ui/MoneyText'
import { NextStepBar } from '@/ui/NextStepBar'
import { StatusTag } from '@/ui/StatusTag'
import { caseQuery, type Case, useOrder } from '../api/case'
import { useRefresh } from '../api/commands'
import type { Forms } from '../forms'
import { useText } from '../messages'
import { Actions } from './Actions'
import css from './case.module.css'
import { Complaint } from './Complaint'
import { Desk } from './Desk'
import { BothSides } from './BothSides'
import { Goods } from './Goods'
import { History } from './History'
import { Money } from './Money'
import { Parcels } from './Parcels'
import { RulesPanel } from './RulesPanel'
import { ProposalDiff } from './ProposalDiff'
import { Work } from './Work'

interface Props {
  id: string
  /** Forms of actions besides those that both sides share: the shop's. */
  forms?: Forms
  /** The action whose form is open at once. */
  begin?: string | undefined
  /** What stands beside it already. */
  without?: readonly ('decide' | 'diff')[]
}

/** A case as staff work on it: what comes next and what they can do, then all that it rests on. For a page and beside a list. */
export function CaseView({ id, forms, begin, without }: Props) {
  const { data, error, refetch } = useQuery(caseQuery(id))
  useLiveCase(id)
  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={10} />
  return <Loaded key={id} one={data} forms={forms} begin={begin} without={without ?? []} />
}

interface Parts {
  one: Case
  forms: Forms | undefined
  begin: string | undefined
  without: readonly string[]
}

function Loaded({ one, forms, begin, without }: Parts) {
  const say = useText()
  const me = useMe()
  const refresh = useRefresh(one)
  const order = useOrder(one.order_id).data
  const nameOf = (lineID: string) => order?.lines.find((line) => line.id === lineID)?.title
  const platform = me.role !== 'merchant'
  const judging = platform && one.complaint !== undefined && judged.has(one.stage)
  const proposal = one.stage === 'approval' && one.approval?.state === 'waiting' ? one.approval : undefined
  return (
    <article className={css.case} aria-label={`${one.words.kind} ${one.id}`}>
      <header className={css.header}>
        <StatusTag tone={toneOf(one, me.role)}>
          {one.open ? one.words.stage : (one.words.outcome ?? one.words.stage)}
        </StatusTag>
        <span className={css.headline}>
          {one.words.kind}
          {one.words.reason && <> · {one.words.reason}</>}
        </span>
        <MoneyText value={one.open ? one.amount : one.refunded} size="l" />
      </header>
      {one.next && <NextStepBar next={one.next} wait={one.wait} onZero={() => void refresh()} />}
      {judging && <Sides one={one} />}
      <Actions one={one} more={forms} begin={begin} without={without} />
      {proposal && !without.includes('diff') && (
        <Panel title={say('diff.title')}>
          <ProposalDiff one={one} approval={proposal} />
        </Panel>
      )}
      {platform && <Desk one={one} />}
      {!judging && <Sides one={one} />}
      <div className={css.two}>
        <Panel title={say('goods.title')}>
          <Goods one={one} order={order} />
        </Panel>
        <Panel title={say('money.title')}>
          <Money one={one} nameOf={nameOf} />
        </Panel>
      </div>
      <Work one={one} nameOf={nameOf} />
      <Parcels one={one} />
      <Panel title={say('history.title')}>
        <History one={one} />
      </Panel>
      {platform && <RulesPanel one={one} nameOf={nameOf} />}
    </article>
  )
}

/** Stages in which the platform's people read what both sides say before they do anything. */
const judged = new Set(['review', 'approval', 'appeal_review'])

/** What is at stake, and what each side says and shows. */
function Sides({ one }: { one: Case }) {
  const say = useText()
  return (
    <>
      {one.complaint && (
        <Panel title={say('complaint.title')}>
          <Complaint one={one} complaint={one.complaint} />
        </Panel>
      )}
      <Panel title={say('sides.title')}>
        <BothSides one={one} />
      </Panel>
    </>
  )
}

export function Panel({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className={css.panel}>
      <h2>{title}</h2>
      {children}
    </section>
  )
}
