import { useCallback, useState } from 'react'
import { useLiveCase } from '@/realtime'
import { formatMoney } from '@/shared/money'
import type { ScreenProps } from '../routes'
import { Contact } from '../shell/Contact'
import { Screen } from '../shell/Screen'
import { Button, Failure, Skeleton } from '../ui'
import './case.css'
import { ActionForm, type Chosen } from './forms/ActionForm'
import { Journey } from './Journey'
import { type T, useText } from './messages'
import { footOf, type Offered } from './model/actions'
import { NextStep } from './NextStep'
import { Dispute, OtherCase } from './panels/Dispute'
import { More } from './panels/More'
import { Insurance, Payment, Refund } from './panels/Money'
import type { PanelProps } from './panels/Panel'
import { Delivery, Outbound, ParcelBack, SendBack } from './panels/Parcels'
import { Question } from './panels/Question'
import { Rating } from './panels/Rating'
import { Repair } from './panels/Repair'
import { Request } from './panels/Request'
import { Extension, Inspected, Offer, Refused, ShopAnswer } from './panels/Shop'
import { type Case, useCase, useCaseEvidence, useTimeline } from './queries'
import { Timeline } from './Timeline'

/** One case: where it stands, what one can do, and everything that was said, shown, sent and paid. */
export default function CaseScreen({ params }: ScreenProps) {
  const t = useText()
  const { id = '' } = params
  const query = useCase(id)
  useLiveCase(id)
  const one = query.data
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const close = useCallback(() => setChosen(null), [])
  const foot = one ? footOf(one) : []
  return (
    <Screen
      title={one ? one.words.kind : t('title')}
      backTo="/cases"
      busy={query.isFetching && !one}
      aside={<Contact about={`case=${encodeURIComponent(id)}`} />}
      above={one && <NextStep one={one} />}
      {...(one && foot.length > 0 ? { foot: <Foot one={one} offered={foot} onAct={setChosen} /> } : {})}
    >
      {one ? (
        <Everything one={one} onAct={setChosen} />
      ) : query.isError ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Skeleton kind="card" />
      )}
      {one && chosen && <ActionForm one={one} chosen={chosen} onClose={close} />}
    </Screen>
  )
}

/** On a phone one under the other, what is waited for first; on a wide screen what happened stands beside it. */
function Everything({ one, onAct }: { one: Case; onAct: (chosen: Chosen) => void }) {
  const entries = useTimeline(one.id, one.seq).data ?? []
  const pieces = useCaseEvidence(one).data
  const props: PanelProps = { one, entries, pieces, onAct }
  return (
    <div className="case-columns">
      <div className="stack case-main">
        <Journey one={one} />
        {!one.open && <Rating one={one} />}
        <Question {...props} />
        <Extension {...props} />
        <Offer {...props} />
        <Payment {...props} />
        <SendBack {...props} />
        <Refused {...props} />
        <OtherCase {...props} />
        <Dispute {...props} />
        <Repair {...props} />
        <Refund {...props} />
        <Delivery {...props} />
        <ParcelBack {...props} />
        <Outbound {...props} />
        <Insurance {...props} />
        <Inspected {...props} />
        <ShopAnswer {...props} />
        <Request {...props} />
      </div>
      <div className="stack wide case-side">
        <Timeline one={one} entries={entries} pieces={pieces} />
        <More one={one} onAct={onAct} />
        {one.open && <Rating one={one} />}
      </div>
    </div>
  )
}

/** What is waited for, where the thumb is. */
function Foot({ one, offered, onAct }: { one: Case; offered: readonly Offered[]; onAct: (chosen: Chosen) => void }) {
  const t = useText()
  return offered.map((act) => (
    <Button key={`${act.name}${act.say ?? ''}`} kind={act.main ? 'primary' : 'plain'} onClick={() => onAct(act)}>
      {labelOf(t, one, act)}
    </Button>
  ))
}

function labelOf(t: T, one: Case, { name, say }: Offered): string {
  const label = one.actions.find((action) => action.name === name)?.label ?? ''
  switch (name) {
    case 'answer_offer':
      return say === 'no' ? t('offer.no') : t('offer.yes', { amount: one.offer ? formatMoney(one.offer.amount) : '' })
    case 'answer_quote':
      return say === 'no'
        ? t('repair.no')
        : t('repair.yes', { amount: one.repair?.amount ? formatMoney(one.repair.amount) : '' })
    case 'answer_settlement':
      return say === 'no'
        ? t('settle.no')
        : t('settle.yes', { amount: one.complaint?.settlement ? formatMoney(one.complaint.settlement.amount) : '' })
    case 'start_payment':
      return t('pay.go', { amount: one.payment ? formatMoney(one.payment.amount) : '' })
    case 'send_back':
      return one.parcel ? t('send.correct') : label
    default:
      return label
  }
}
