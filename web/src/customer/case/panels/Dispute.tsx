import { formatMoney } from '@/shared/money'
import { formatMoment } from '@/shared/time'
import { Link } from '../../shell/Link'
import { Button, Icon, Notice } from '../../ui'
import { EvidenceGrid, piecesOf } from '../Evidence'
import { useText } from '../messages'
import { Judgment } from './Judgment'
import { Fact, Facts, Panel, type PanelProps, Quoted } from './Panel'

/** The way to the case that decides this one's matter, or that this one decides. */
export function OtherCase({ one }: PanelProps) {
  const t = useText()
  const { child } = one
  const complains = child?.kind === 'complaint'
  return (
    <>
      {child && (
        <Link to={`/cases/${child.case_id}`} className="row card link-card">
          <span className="row-icon review">
            <Icon name={complains ? 'shield' : 'again'} size={22} />
          </span>
          <span className="row-words">
            <span className="row-title">
              {child.outcome ? t('dispute.was') : complains ? t('dispute.child') : t('dispute.otherCase')}
            </span>
            <span className="row-note">
              {child.outcome || !complains
                ? t(complains ? 'dispute.toChild' : 'dispute.toOther')
                : t('dispute.childLead')}
            </span>
          </span>
          <Icon name="next" size={18} />
        </Link>
      )}
      {one.parent_id !== undefined && one.parent_id !== '' && (
        <Link to={`/cases/${one.parent_id}`} className="row card link-card">
          <span className="row-icon">
            <Icon name="back" size={22} />
          </span>
          <span className="row-words">
            <span className="row-title">{t('dispute.toParent')}</span>
            {one.kind === 'complaint' && <span className="row-note">{t('dispute.parent')}</span>}
          </span>
          <Icon name="next" size={18} />
        </Link>
      )}
    </>
  )
}

/** A complaint: what is claimed, what the sides offer each other, what they put forward, and what was judged. */
export function Dispute(props: PanelProps) {
  const { one } = props
  const complaint = one.complaint
  if (!complaint) return null
  return (
    <>
      <Suspension {...props} />
      {complaint.judgment && <Judgment {...props} judgment={complaint.judgment} />}
      <Appeals {...props} />
      <Settlement {...props} />
      <Supplement {...props} />
      <BothSides {...props} />
    </>
  )
}

function Settlement({ one, onAct }: PanelProps) {
  const t = useText()
  const complaint = one.complaint
  const offer = complaint?.settlement
  if (!complaint || !offer) return null
  const amount = formatMoney(offer.amount)
  const theirs = offer.by !== 'customer'
  const open = one.open && !offer.accepted && !complaint.judgment
  if (!open && !offer.accepted) return null
  return (
    <Panel tone={open && theirs ? 'act' : offer.accepted ? 'good' : undefined} title={t('settle.title')}>
      <p className="verdict">
        {t(offer.accepted ? 'settle.accepted' : theirs ? 'settle.theirs' : 'settle.yours', { amount })}
      </p>
      <p className="fine">{t(offer.goods_back ? 'settle.goodsBack' : 'settle.goodsKept')}</p>
      <Quoted words={one.texts[offer.text_id ?? '']} />
      {open && theirs && (
        <div className="panel-acts">
          <Button kind="quiet" onClick={() => onAct({ name: 'propose_settlement' })}>
            {t('settle.proposeTitle')}
          </Button>
        </div>
      )}
    </Panel>
  )
}

function Supplement({ one }: PanelProps) {
  const t = useText()
  const asked = one.complaint?.supplement
  if (!asked || !one.open) return null
  const yours = asked.of === 'customer'
  return (
    <Panel tone={yours && !asked.given ? 'act' : undefined} title={t(yours ? 'supplement.yours' : 'supplement.theirs')}>
      <Quoted words={one.texts[asked.text_id ?? '']} />
      <p className="fine figures">
        {asked.given ? t('supplement.given') : t('supplement.due', { time: formatMoment(asked.due_at) })}
      </p>
    </Panel>
  )
}

/** What the sides put forward, side by side where there is room. */
function BothSides({ one, pieces }: PanelProps) {
  const t = useText()
  const complaint = one.complaint
  if (!complaint) return null
  const by = (side: string) => (pieces ?? []).filter((piece) => piece.by === side)
  return (
    <Panel title={t('dispute.title')}>
      <Facts>
        {complaint.subject === 'goods' ? (
          <Fact label={t('dispute.claimLabel')}>
            <b className="figures">{formatMoney(complaint.claim)}</b>
          </Fact>
        ) : (
          <Fact label={t('dispute.about')}>{t('dispute.service')}</Fact>
        )}
        {one.review?.carrier_grams !== undefined && one.review.expected_grams !== undefined && (
          <Fact label={t('dispute.weight')}>
            {t('dispute.grams', { carrier: one.review.carrier_grams, expected: one.review.expected_grams })}
          </Fact>
        )}
      </Facts>
      <div className="sides">
        {(['customer', 'merchant'] as const).map((side) => (
          <div key={side}>
            <h3>{t(side === 'customer' ? 'evidence.mine' : 'evidence.theirs')}</h3>
            {by(side).length > 0 ? (
              <EvidenceGrid pieces={by(side)} label={t(side === 'customer' ? 'evidence.mine' : 'evidence.theirs')} />
            ) : (
              <p className="fine">{t('evidence.none')}</p>
            )}
            {complaint.rested.includes(side) && (
              <p className="fine">{t(side === 'customer' ? 'dispute.restedYou' : 'dispute.restedThem')}</p>
            )}
          </div>
        ))}
      </div>
    </Panel>
  )
}

function Appeals({ one, pieces }: PanelProps) {
  const t = useText()
  return one.complaint?.appeals.map((appeal) => (
    <Panel
      key={appeal.at}
      title={t(appeal.by === 'customer' ? 'appeal.yours' : 'appeal.theirs')}
      aside={<span className="tag review">{t(`appeal.${appeal.result ?? 'waiting'}`)}</span>}
    >
      <Quoted words={one.texts[appeal.text_id ?? '']} />
      <EvidenceGrid pieces={piecesOf(pieces, appeal.evidence)} label={t('evidence.mine')} />
    </Panel>
  ))
}

function Suspension({ one, onAct }: PanelProps) {
  const t = useText()
  const pause = one.complaint?.suspension
  if (!pause || !one.open) return null
  if (pause.running)
    return (
      <Notice tone="wait" title={t(pause.papers ? 'suspend.papers' : 'suspend.running')}>
        {one.texts[pause.text_id ?? '']}
      </Notice>
    )
  if (pause.by === 'customer') return <Notice tone="wait">{t('suspend.yours')}</Notice>
  return (
    <Panel tone="act" title={t('suspend.theirs')}>
      <Quoted words={one.texts[pause.text_id ?? '']} />
      <p>{t('suspend.theirsLead')}</p>
      <div className="panel-acts">
        <Button onClick={() => onAct({ name: 'agree_suspend', say: 'no' })}>{t('suspend.no')}</Button>
        <Button kind="primary" onClick={() => onAct({ name: 'agree_suspend', say: 'yes' })}>
          {t('suspend.yes')}
        </Button>
      </div>
    </Panel>
  )
}
